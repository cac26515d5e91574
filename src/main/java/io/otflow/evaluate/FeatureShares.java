package io.otflow.evaluate;

import java.util.List;

/**
 * Which features make rows improbable: each row counts for the feature that it would gain most by.
 *
 * @param examined rows that were looked at
 * @param share of these rows, by feature, length d; they sum to 1, or less where rows gain nothing
 */
@SuppressWarnings("ArrayRecordComponent")
public record FeatureShares(int examined, double[] share) {

  /** Most rows that are looked at: each costs d·49 scores. */
  public static final int MOST = 500;

  /**
   * Rows to look at.
   *
   * @param rows indices
   * @return all of them, or {@value #MOST} at equal distances
   */
  public static int[] chosen(int[] rows) {
    int count = Math.min(MOST, rows.length);
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      chosen[i] = rows[(int) ((long) i * rows.length / count)];
    }
    return chosen;
  }

  /**
   * Counts.
   *
   * @param gains of each row, d values in nats, as {@link io.otflow.detect.FeatureGains} gives them
   * @param d number of features
   * @return the shares; all 0 without rows
   */
  public static FeatureShares of(List<double[]> gains, int d) {
    double[] share = new double[d];
    for (double[] row : gains) {
      int best = 0;
      for (int k = 1; k < d; k++) {
        best = row[k] > row[best] ? k : best;
      }
      share[best] += row[best] > 0 ? 1.0 / gains.size() : 0;
    }
    return new FeatureShares(gains.size(), share);
  }
}
