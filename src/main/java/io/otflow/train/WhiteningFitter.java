package io.otflow.train;

import io.otflow.math.Cholesky;
import io.otflow.math.RobustCovariance;
import io.otflow.model.Whitening;
import java.util.Arrays;

/**
 * Fits a whitening: a robust covariance, of whose correlations a share is taken away. Which share
 * is decided by rows that the covariance was not fitted to; where rows are few for the features, it
 * is much.
 */
final class WhiteningFitter {

  /** Shares that are tried. */
  private static final double[] SHARES = {0, 0.01, 0.03, 0.1, 0.2, 0.4};

  /** Share of the rows by which shares are compared: the likeliest, lest anomalies decide. */
  private static final double BULK = 0.9;

  /** Share of the rows by which fronts are compared: nearly all, for fronts differ in the tails. */
  private static final double MOST = 0.95;

  private final double[] y;
  private final int rows;
  private final int d;
  private final long seed;

  /**
   * A fitter.
   *
   * @param y rows × d, row-major, in random order; not copied, not changed
   * @param rows number of rows, at least 2
   * @param d number of features
   * @param seed seed of the search for the covariance
   */
  WhiteningFitter(double[] y, int rows, int d, long seed) {
    this.y = y;
    this.rows = rows;
    this.d = d;
    this.seed = seed;
  }

  /**
   * What rows say that a covariance of the others was not fitted to.
   *
   * @param share of the correlations to take away from a covariance of half of the rows
   * @param cost mean negative log-likelihood under the Gaussian, nats a row, but for a constant
   */
  record Verdict(double share, double cost) {}

  /**
   * Compares the shares, each half of the rows under the Gaussian of the other.
   *
   * @param logDeterminant of the map to each row, which belongs to its density
   * @return the best share
   */
  Verdict compare(double[] logDeterminant) {
    double[] bulk = new double[SHARES.length];
    double[] most = new double[SHARES.length];
    int half = rows / 2;
    for (int fold = 0; fold < 2; fold++) {
      int from = fold == 0 ? 0 : half;
      int to = fold == 0 ? half : rows;
      RobustCovariance fitted =
          new RobustCovariance(Arrays.copyOfRange(y, from * d, to * d), to - from, d, seed);
      for (int s = 0; s < SHARES.length; s++) {
        double[] costs = costs(fitted, SHARES[s], logDeterminant, rows - to, rows - from);
        bulk[s] += meanOfLeast(costs, BULK) / 2;
        most[s] += meanOfLeast(costs, MOST) / 2;
      }
    }
    int best = 0;
    for (int s = 1; s < SHARES.length; s++) {
      best = bulk[s] < bulk[best] ? s : best;
    }
    return new Verdict(SHARES[best], most[best]);
  }

  /** Sorted costs of some rows. */
  private double[] costs(
      RobustCovariance fitted, double share, double[] logDeterminant, int from, int to) {
    Cholesky factor = new Cholesky(shrunk(fitted.covariance(), share), d);
    double[] mean = fitted.mean();
    double[] difference = new double[d];
    double[] costs = new double[to - from];
    for (int i = from; i < to; i++) {
      for (int k = 0; k < d; k++) {
        difference[k] = y[i * d + k] - mean[k];
      }
      costs[i - from] =
          0.5 * (factor.inverseForm(difference) + factor.logDeterminant()) - logDeterminant[i];
    }
    Arrays.sort(costs);
    return costs;
  }

  private static double meanOfLeast(double[] sorted, double share) {
    int count = Math.max(1, (int) (share * sorted.length));
    return Arrays.stream(sorted, 0, count).average().orElseThrow();
  }

  /**
   * The whitening of all rows.
   *
   * @param verdict by how much half of the rows had to be shrunk: for all it is half as much, since
   *     the best share falls as one over the rows (Ledoit and Wolf 2004)
   */
  Whitening fit(Verdict verdict) {
    RobustCovariance fitted = new RobustCovariance(y, rows, d, seed);
    double[] covariance = shrunk(fitted.covariance(), verdict.share() / 2);
    return new Whitening(fitted.mean(), new Cholesky(covariance, d).inverseFactor());
  }

  private double[] shrunk(double[] covariance, double share) {
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        covariance[j * d + k] *= j == k ? 1 : 1 - share;
      }
    }
    return covariance;
  }
}
