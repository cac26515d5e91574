package io.otflow.bench.engine;

import java.util.SplittableRandom;

/**
 * Rows of a mixture of four Gaussians, of which one in a hundred is drawn from a wide Gaussian
 * instead: clusters that a flow must pull apart, and events that are hard to integrate.
 */
final class MixtureRows {

  private static final int CLUSTERS = 4;
  private static final double OUTLIERS = 0.01;
  private static final double SPREAD = 0.4;
  private static final double OUTLIER_SPREAD = 4;

  private MixtureRows() {}

  /** Draws rows × d, row-major. The clusters depend on d alone, the rows on the seed. */
  static double[] draw(int rows, int d, long seed) {
    SplittableRandom clusters = new SplittableRandom(d);
    double[] mean = new double[CLUSTERS * d];
    for (int p = 0; p < mean.length; p++) {
      mean[p] = 2 * clusters.nextGaussian();
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[rows * d];
    for (int i = 0; i < rows; i++) {
      int cluster = random.nextInt(CLUSTERS);
      boolean outlier = random.nextDouble() < OUTLIERS;
      for (int k = 0; k < d; k++) {
        double noise = random.nextGaussian();
        x[i * d + k] = outlier ? OUTLIER_SPREAD * noise : mean[cluster * d + k] + SPREAD * noise;
      }
    }
    return x;
  }
}
