package io.otflow.detect;

import java.util.Arrays;

/** How far p-values are from what those of ordinary events should be, uniform. */
public final class Uniformity {

  private Uniformity() {}

  /**
   * The Kolmogorov-Smirnov distance of p-values from the uniform distribution, the largest
   * difference of the distribution functions. Of n uniform values it is about 0.87/√n on average.
   *
   * @param pValues at least one, in any order; not changed
   * @return in [0, 1]; NaN if one is, or there is none
   */
  public static double distance(double[] pValues) {
    double[] sorted = pValues.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    if (n == 0 || Double.isNaN(sorted[n - 1])) {
      return Double.NaN;
    }
    double distance = 0;
    for (int i = 0; i < n; i++) {
      double above = (i + 1.0) / n - sorted[i];
      double below = sorted[i] - (double) i / n;
      distance = Math.max(distance, Math.max(above, below));
    }
    return distance;
  }
}
