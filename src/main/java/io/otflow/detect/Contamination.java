package io.otflow.detect;

/**
 * Which calibration rows are anomalies. The density of −log p of ordinary events falls beyond its
 * bulk, however slowly; anomalies among them, a cluster, several, or scattered ones, make it rise
 * again. Nothing is assumed of how heavy the tail of the ordinary ones is: only a rise counts, and
 * one that chance makes seldom. A few rows behind a gap are too few to make a rise; of a tail whose
 * logarithms have a falling density, as those of every generalized Pareto tail have far out, they
 * are as improbable as that none of them lies in the gap.
 */
final class Contamination {

  private static final int FEWEST_ROWS = 16;

  /** Fewest rows behind a gap. */
  private static final int FEWEST_BEHIND = 5;

  /** Where a tail's logarithms have a falling density: beyond one event in eight. */
  private static final double FAR = 2;

  /** Logarithm of the probability under which a gap is none of the ordinary rows'. */
  private static final double IMPROBABLE_GAP = Math.log(1e-4);

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
      int bestFrom = 0;
      for (int window = FEWEST_ROWS; window <= Math.min(looked, kept); window *= 2) {
        Rise rise = Rise.of(v, kept - window, kept);
        if (rise.significance() > (best == null ? 1 : best.significance())) {
          best = rise;
          bestFrom = kept - window;
        }
      }
      if (best == null) {
        int before = beforeGap(v, Math.min(kept, left));
        if (before == Math.min(kept, left)) {
          break;
        }
        kept = before;
        left = before;
        continue;
      }
      kept = bestFrom + best.row();
      left = bestFrom + best.left() + 1;
    }
    return Math.min(kept, left);
  }

  /** Rows before the least probable gap; all of them where none is improbable. */
  private static int beforeGap(double[] v, int rows) {
    int kept = rows;
    double least = IMPROBABLE_GAP;
    for (int behind = FEWEST_BEHIND; behind <= MOST * rows; behind++) {
      double before = v[rows - behind - 1];
      if (before < FAR) {
        break;
      }
      double gap = Math.log(v[rows - behind] / before) / Math.log(v[rows - 1] / before);
      double probability = behind * Math.log1p(-gap);
      if (probability < least) {
        least = probability;
        kept = rows - behind;
      }
    }
    return kept;
  }
}
