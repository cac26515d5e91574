package io.otflow.model;

import java.util.Locale;
import java.util.Optional;

/**
 * What turns a log-likelihood into a decision, from rows that training never saw. Immutable.
 *
 * @param threshold log-likelihood (natural, user's units) below which an event is anomalous
 * @param alertRate share of ordinary events below the threshold, as asked for, in (0, 1)
 * @param rows number of calibration rows, at least 1
 * @param ordinaryRows how many of them are ordinary, estimated, at least 1 and at most {@code rows}
 * @param quantiles ranks of log-likelihoods among the ordinary rows
 * @param tail what is known beyond them; empty where nothing is
 */
public record Calibration(
    double threshold,
    double alertRate,
    long rows,
    double ordinaryRows,
    Quantiles quantiles,
    Optional<Tail> tail) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public Calibration {
    if (!Double.isFinite(threshold)) {
      throw new IllegalArgumentException("threshold is " + threshold + ", expected a finite value");
    }
    if (!(alertRate > 0 && alertRate < 1)) {
      throw new IllegalArgumentException(
          "alert rate is " + alertRate + ", expected a share between 0 and 1");
    }
    if (rows < 1) {
      throw new IllegalArgumentException("calibration rows are " + rows + ", expected at least 1");
    }
    if (!(ordinaryRows > 0 && ordinaryRows <= rows)) {
      throw new IllegalArgumentException(
          "ordinary calibration rows are " + ordinaryRows + ", expected up to " + rows);
    }
  }

  /**
   * Estimated share of anomalies among the calibration rows.
   *
   * @return in [0, 1)
   */
  public double contamination() {
    return 1 - ordinaryRows / rows;
  }

  /**
   * The smallest share of ordinary events that a threshold can keep: what the tail is known down
   * to, or one in all the rows.
   *
   * @return in (0, 1)
   */
  public double smallestRate() {
    return tail.map(Tail::smallestRate).orElse(1 / (ordinaryRows + 1));
  }

  /**
   * What to say where the rows cannot keep the rate that was asked for.
   *
   * @return one sentence
   */
  public String shortfall() {
    return String.format(
        Locale.ROOT,
        "an alert rate of %.2g was asked for, and %d calibration rows can keep one of %.2g at least:"
            + " flags will rather be too few; more rows (--calibration-sample, --calibration) help",
        alertRate,
        rows,
        smallestRate());
  }
}
