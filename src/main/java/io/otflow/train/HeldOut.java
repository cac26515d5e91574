package io.otflow.train;

import java.util.Arrays;

/**
 * Rows that decide when to stop.
 *
 * @param y rows × d, row-major, as the flow sees them
 * @param logDeterminant the front's, one a row
 * @param rows number of rows
 */
@SuppressWarnings("ArrayRecordComponent")
record HeldOut(double[] y, double[] logDeterminant, int rows) {

  /**
   * Mean negative log-likelihood of the cheapest rows.
   *
   * <p>Anomalies among the rows must decide nothing; but weights may not choose how many rows they
   * answer for, or a density that pulls in its tails would seem better with every row that it
   * loses. So it is always as many.
   *
   * @param costs negative log-likelihoods of {@link #y}, one a row
   * @param count how many rows
   * @return the mean, nats in the user's units
   */
  double meanOfCheapest(double[] costs, int count) {
    double[] sorted = costs.clone();
    Arrays.sort(sorted);
    double limit = sorted[count - 1];
    double sum = 0;
    int n = 0;
    for (int i = 0; i < rows; i++) {
      // Written so that a cost that is not a number counts, and shows.
      if (!(costs[i] > limit)) {
        sum += costs[i] - logDeterminant[i];
        n++;
      }
    }
    return sum / n;
  }
}
