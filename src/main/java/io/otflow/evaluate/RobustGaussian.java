package io.otflow.evaluate;

import io.otflow.math.RobustCovariance;

/**
 * A Gaussian that a quarter of the rows cannot move, see {@link RobustCovariance}. A score costs
 * d²/2 multiplications. Not thread-safe.
 */
final class RobustGaussian implements Peer {

  private final RobustCovariance fitted;
  private final double[] difference;

  /**
   * Fits a Gaussian.
   *
   * @param x rows × d, row-major, finite, scaled to deviations near 1
   * @param rows number of rows, at least 1
   * @param d number of features
   * @param seed seed of the starts
   */
  RobustGaussian(double[] x, int rows, int d, long seed) {
    fitted = new RobustCovariance(x, rows, d, seed);
    difference = new double[d];
  }

  @Override
  public String name() {
    return "robust Gaussian";
  }

  /** The square of the Mahalanobis distance, which follows χ² with d degrees for Gaussian rows. */
  @Override
  public double score(double[] x) {
    double square = fitted.squaredDistance(x, 0, difference);
    // What overflowed on the way is far away.
    return Double.isNaN(square) ? Double.POSITIVE_INFINITY : square;
  }
}
