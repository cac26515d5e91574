package io.otflow.bench.engine;

import com.amazon.randomcutforest.RandomCutForest;

/** Times the random cut forest of the JVM, the peer that Flink users have today. */
final class ForestTimer {

  private static final int TREES = 100;
  private static final int SAMPLE_SIZE = 256;

  private ForestTimer() {}

  /** Scores rows and takes each in, after as many unmeasured ones. */
  static ForestResult time(int rows, int d, long seed) {
    double[] x = MixtureRows.draw(2 * rows, d, seed);
    RandomCutForest forest =
        RandomCutForest.builder()
            .dimensions(d)
            .numberOfTrees(TREES)
            .sampleSize(SAMPLE_SIZE)
            .randomSeed(seed)
            .build();
    float[] row = new float[d];
    double sum = 0;
    long start = 0;
    for (int i = 0; i < 2 * rows; i++) {
      if (i == rows) {
        start = System.nanoTime();
      }
      for (int k = 0; k < d; k++) {
        row[k] = (float) x[i * d + k];
      }
      sum += forest.getAnomalyScore(row);
      forest.update(row);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!(sum > 0)) {
      throw new IllegalStateException("the forest's scores sum to " + sum);
    }
    return new ForestResult(d, TREES, SAMPLE_SIZE, rows / seconds);
  }
}
