package io.otflow.evaluate;

import com.amazon.randomcutforest.RandomCutForest;

/**
 * The random cut forest (Guha et al. 2016) of the library that Flink users have: 100 trees, each of
 * a uniform sample of 256 rows. A score costs some 100 µs. Not thread-safe.
 */
final class CutForest implements Peer {

  private static final int TREES = 100;
  private static final int SAMPLE_SIZE = 256;

  private final RandomCutForest forest;
  private final float[] point;

  /**
   * Fits a forest.
   *
   * @param x rows × d, row-major
   * @param rows number of rows
   * @param d number of features
   * @param seed seed of samples and cuts
   */
  CutForest(double[] x, int rows, int d, long seed) {
    forest =
        RandomCutForest.builder()
            .dimensions(d)
            .numberOfTrees(TREES)
            .sampleSize(SAMPLE_SIZE)
            .outputAfter(1)
            .timeDecay(0)
            .randomSeed(seed)
            .build();
    point = new float[d];
    for (int i = 0; i < rows; i++) {
      forest.update(toPoint(x, i * d));
    }
  }

  @Override
  public String name() {
    return "random cut forest";
  }

  @Override
  public double score(double[] x) {
    return forest.getAnomalyScore(toPoint(x, 0));
  }

  private float[] toPoint(double[] x, int offset) {
    for (int k = 0; k < point.length; k++) {
      point[k] = (float) x[offset + k];
    }
    return point;
  }
}
