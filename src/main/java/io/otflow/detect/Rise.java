package io.otflow.detect;

/**
 * Where a density that should fall rises again: the largest deviation of an empirical distribution
 * function below its least concave majorant, the estimate under a falling density (Grenander 1956).
 * Against the worst falling density, the uniform one, a deviation of 1.5·√m in m rows has
 * probability exp(−4.5), about 0.01.
 *
 * @param deviation rows by which the distribution function lies below its majorant
 * @param row the row where it does, from the first one looked at
 * @param left the row from which the majorant is straight there: up to it the density has fallen to
 *     the mean density of what follows
 */
record Rise(double deviation, int row, int left) {

  /**
   * The largest deviation among rows. Costs O(m).
   *
   * @param v values, ascending
   * @param from first row
   * @param to after the last row, at least {@code from} + 1
   */
  static Rise of(double[] v, int from, int to) {
    int rows = to - from;
    int[] majorant = new int[rows];
    int corners = 0;
    for (int i = 0; i < rows; i++) {
      while (corners >= 2 && below(v, from, majorant[corners - 2], majorant[corners - 1], i)) {
        corners--;
      }
      majorant[corners++] = i;
    }
    Rise largest = new Rise(0, 0, 0);
    for (int c = 0; c + 1 < corners; c++) {
      int left = majorant[c];
      int right = majorant[c + 1];
      double width = v[from + right] - v[from + left];
      for (int i = left + 1; i < right; i++) {
        double share = width > 0 ? (v[from + i] - v[from + left]) / width : 1;
        double deviation = left + share * (right - left) - i;
        if (deviation > largest.deviation) {
          largest = new Rise(deviation, i, left);
        }
      }
    }
    return largest;
  }

  /** Whether the corner b lies on or below the line from a to c. */
  private static boolean below(double[] v, int from, int a, int b, int c) {
    double x = v[from + a];
    return (b - a) * (v[from + c] - x) <= (c - a) * (v[from + b] - x);
  }
}
