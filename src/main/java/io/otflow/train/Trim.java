package io.otflow.train;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which rows are left out of a training: those whose cost stands apart from the bulk's, and no more
 * of them than the share that was asked for.
 *
 * <p>Batches hold now more anomalies than that share and now fewer, and the few that got in would
 * be learnt, and let in the others; so half as many again are left out where they lie very far off.
 */
enum Trim {
  /**
   * What is beyond the bulk: of a Gaussian of 8 features one row in 25. What is learnt first has no
   * part in anomalies, even near ones, and none of the ordinary tail.
   */
  BULK(3),
  /** What is beyond any ordinary tail: of a Gaussian of 8 features one row in 550. */
  TAIL(6);

  /** Distance beyond which more may be left out than was asked for. */
  private static final double FAR = 15;

  /** Share of a batch that is left out at most, of that which was asked for. */
  private static final double MOST_TRIM = 1.5;

  /**
   * Distance of a cost from the median, in those of the third quartile, beyond which a row may be
   * left out.
   */
  private final double apart;

  Trim(double apart) {
    this.apart = apart;
  }

  /**
   * The cost above which a row is left out.
   *
   * @param costs the rows' costs; not changed
   * @param share largest share that is left out
   * @return the limit; infinite where nothing is left out
   */
  double limit(double[] costs, double share) {
    int rows = costs.length;
    int out = (int) Math.floor(share * rows);
    if (out == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = costs.clone();
    Arrays.sort(sorted);
    double middle = sorted[rows / 2];
    double distance = sorted[(3 * rows) / 4] - middle;
    double most = sorted[rows - 1 - (int) Math.floor(MOST_TRIM * share * rows)];
    return Math.min(
        Math.max(middle + apart * distance, sorted[rows - 1 - out]),
        Math.max(middle + FAR * distance, most));
  }

  /**
   * The rows that are not left out.
   *
   * @param costs the rows' costs; not changed
   * @param share largest share that is left out
   * @return their indices, ascending
   */
  int[] kept(double[] costs, double share) {
    double limit = limit(costs, share);
    return IntStream.range(0, costs.length).filter(i -> !(costs[i] > limit)).toArray();
  }
}
