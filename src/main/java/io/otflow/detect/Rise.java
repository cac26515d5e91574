package io.otflow.detect;

/**
 * Where a density that should fall rises again: where the empirical distribution function lies
 * below its least concave majorant, the estimate under a falling density (Grenander 1956), by more
 * rows than chance makes. In m rows of the worst falling density, the uniform one, a deviation of
 * 1.5·√m has probability exp(−4.5), about 0.01. A straight piece of the majorant that k of the rows
 * lie under is judged by itself, too, since a few rows behind a gap are lost among many; as there
 * are many pieces it takes 2.3·√k, which the windows of a clean set of 50,000 rows meet in one of a
 * hundred sets.
 *
 * @param significance the largest deviation in units of what chance makes; a rise if over 1
 * @param row the row where it is, from the first one looked at
 * @param left the row from which the majorant is straight there: up to it the density has fallen to
 *     the mean density of what follows
 */
record Rise(double significance, int row, int left) {

  private static final double OF_ALL = 1.5;
  private static final double OF_PIECE = 2.3;

  /** Fewest rows under a piece that are judged by themselves. */
  private static final int FEWEST = 8;

  /**
   * The most significant deviation among rows. Costs O(m).
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
    Rise most = new Rise(0, 0, 0);
    for (int c = 0; c + 1 < corners; c++) {
      int left = majorant[c];
      int right = majorant[c + 1];
      double width = v[from + right] - v[from + left];
      double chance = OF_ALL * Math.sqrt(rows);
      if (right - left >= FEWEST) {
        chance = Math.min(chance, OF_PIECE * Math.sqrt(right - left));
      }
      for (int i = left + 1; i < right; i++) {
        double share = width > 0 ? (v[from + i] - v[from + left]) / width : 1;
        double deviation = left + share * (right - left) - i;
        if (deviation / chance > most.significance) {
          most = new Rise(deviation / chance, i, left);
        }
      }
    }
    return most;
  }

  /** Whether the corner b lies on or below the line from a to c. */
  private static boolean below(double[] v, int from, int a, int b, int c) {
    double x = v[from + a];
    return (b - a) * (v[from + c] - x) <= (c - a) * (v[from + b] - x);
  }
}
