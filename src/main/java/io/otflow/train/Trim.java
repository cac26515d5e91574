package io.otflow.train;

import java.util.Arrays;

/** Which rows are left out of a training: those that stand apart from the bulk by their cost. */
final class Trim {

  /**
   * Distance of a cost from the median, in those of the third quartile, beyond which a row may be
   * left out: a Gaussian of 8 features has one row in 550 there.
   */
  static final double APART = Double.parseDouble(System.getProperty("x.apart", "6"));

  /** The same beyond which more may be left out than was asked for. */
  private static final double FAR = 15;

  /** Share of a batch that is left out at most, of that which was asked for. */
  private static final double MOST_TRIM = 1.5;

  private Trim() {}

  /**
   * The cost above which a row is left out: it stands apart from the bulk, and no more are than the
   * share that was asked for. Rows of an ordinary tail stay, or the model would never learn it.
   * Batches hold now more anomalies than that share and now fewer, and the few that got in would be
   * learnt, and let in the others; so half as many again are left out where they lie far from the
   * rest.
   *
   * @param costs the rows' costs; sorted by it
   * @param trim largest share that is left out
   * @param apart distance beyond which a row may be left out
   * @return the limit; infinite where nothing is left out
   */
  static double limit(double[] costs, double trim, double apart) {
    int rows = costs.length;
    int out = (int) Math.floor(trim * rows);
    if (out == 0) {
      return Double.POSITIVE_INFINITY;
    }
    Arrays.sort(costs);
    double middle = costs[rows / 2];
    double distance = costs[(3 * rows) / 4] - middle;
    double most = costs[rows - 1 - (int) Math.floor(MOST_TRIM * trim * rows)];
    return Math.min(
        Math.max(middle + apart * distance, costs[rows - 1 - out]),
        Math.max(middle + FAR * distance, most));
  }
}
