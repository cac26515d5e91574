package io.otflow.detect;

/**
 * Which calibration rows are anomalies. The density of −log p of ordinary events falls beyond its
 * bulk, however slowly; anomalies among them, a cluster, several, or scattered ones, make it rise
 * again. Nothing is assumed of how heavy the tail of the ordinary ones is: only a rise counts, and
 * one that chance makes seldom.
 */
final class Contamination {

  /** Deviation, in √m of m rows, that chance does not make. */
  private static final double SIGNIFICANT = 1.5;

  private static final int FEWEST_ROWS = 16;

  /** Share of the rows, the least likely ones, that are looked at. */
  private static final double LOOKED_AT = 0.3;

  /** Share of the rows that are taken for anomalies at most. */
  private static final double MOST = 0.25;

  private Contamination() {}

  /**
   * Counts the rows before the first sign of anomalies.
   *
   * @param v values on the exponential scale, ascending
   * @param rows how many
   * @return rows, from the least value, that are ordinary but for what hides among them; all of
   *     them where the density falls
   */
  static int clean(double[] v, int rows) {
    int looked = (int) (LOOKED_AT * rows);
    int kept = rows;
    int left = rows;
    while (rows - kept <= MOST * rows) {
      Rise best = null;
      double significance = SIGNIFICANT;
      int bestFrom = 0;
      for (int window = FEWEST_ROWS; window <= Math.min(looked, kept); window *= 2) {
        Rise rise = Rise.of(v, kept - window, kept);
        if (rise.deviation() > significance * Math.sqrt(window)) {
          best = rise;
          bestFrom = kept - window;
          significance = rise.deviation() / Math.sqrt(window);
        }
      }
      if (best == null) {
        break;
      }
      kept = bestFrom + best.row();
      left = bestFrom + best.left() + 1;
    }
    return Math.min(kept, left);
  }
}
