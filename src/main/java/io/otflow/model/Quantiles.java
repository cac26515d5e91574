package io.otflow.model;

import java.util.Arrays;

/**
 * How many ordinary calibration rows are at most as likely as a value: a step at each of some
 * log-likelihoods, linear in between. Immutable; {@link #rank} does not allocate.
 */
public final class Quantiles {

  private final double[] values;
  private final double[] ranks;

  /**
   * A table.
   *
   * @param values log-likelihoods in nats, strictly ascending, finite, at least one, copied
   * @param ranks rows at most as likely as each of them, ascending, positive and finite; as many;
   *     copied. Not whole where some rows were estimated to be anomalies
   * @throws IllegalArgumentException if they are not
   */
  public Quantiles(double[] values, double[] ranks) {
    if (values.length == 0 || values.length != ranks.length) {
      throw new IllegalArgumentException(
          "quantiles have "
              + values.length
              + " values and "
              + ranks.length
              + " ranks, expected as many of both and at least one");
    }
    for (int i = 0; i < values.length; i++) {
      boolean first = i == 0;
      if (!Double.isFinite(values[i]) || !(first || values[i] > values[i - 1])) {
        throw new IllegalArgumentException(
            "quantile value " + i + " is " + values[i] + ", expected finite and ascending");
      }
      if (!Double.isFinite(ranks[i]) || !(ranks[i] > 0) || !(first || ranks[i] >= ranks[i - 1])) {
        throw new IllegalArgumentException(
            "quantile rank " + i + " is " + ranks[i] + ", expected positive and ascending");
      }
    }
    this.values = values.clone();
    this.ranks = ranks.clone();
  }

  /**
   * Ordinary rows at most as likely as a value. A binary search.
   *
   * @param logLikelihood in nats, not NaN
   * @return their number; 0 below the first value
   */
  public double rank(double logLikelihood) {
    int at = Arrays.binarySearch(values, logLikelihood);
    if (at >= 0) {
      return ranks[at];
    }
    int next = -at - 1;
    if (next == 0) {
      return 0;
    }
    if (next == values.length) {
      return ranks[next - 1];
    }
    double share = (logLikelihood - values[next - 1]) / (values[next] - values[next - 1]);
    return ranks[next - 1] + share * (ranks[next] - ranks[next - 1]);
  }

  /**
   * The first value that has at least a rank. A binary search.
   *
   * @param rank rows at most as likely, not NaN
   * @return nats; the last value where no rank is so high
   */
  public double value(double rank) {
    int at = Arrays.binarySearch(ranks, rank);
    return values[Math.min(at >= 0 ? at : -at - 1, values.length - 1)];
  }

  /**
   * A copy of the log-likelihoods.
   *
   * @return nats, ascending
   */
  public double[] values() {
    return values.clone();
  }

  /**
   * A copy of the ranks.
   *
   * @return ascending, one a value
   */
  public double[] ranks() {
    return ranks.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Quantiles that
        && Arrays.equals(values, that.values)
        && Arrays.equals(ranks, that.ranks);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(ranks);
  }

  @Override
  public String toString() {
    return "Quantiles[" + values.length + " of " + ranks[ranks.length - 1] + " rows]";
  }
}
