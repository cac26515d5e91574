package io.otflow.model;

import java.util.Arrays;

/** What turns a log-likelihood into a decision, from rows that training never saw. Immutable. */
public final class Calibration {

  private final double threshold;
  private final double alertRate;
  private final long rows;
  private final byte[] quantileSketch;

  /**
   * A calibration.
   *
   * @param threshold log-likelihood (natural, user's units) below which an event is anomalous
   * @param alertRate share of calibration rows below the threshold, as asked for, in (0, 1)
   * @param rows number of calibration rows, at least 1
   * @param quantileSketch serialized KllDoublesSketch of their log-likelihoods, copied
   * @throws IllegalArgumentException if a value is out of its range
   */
  public Calibration(double threshold, double alertRate, long rows, byte[] quantileSketch) {
    if (!Double.isFinite(threshold)) {
      throw new IllegalArgumentException("threshold is " + threshold + ", expected a finite value");
    }
    if (!(alertRate > 0 && alertRate < 1)) {
      throw new IllegalArgumentException(
          "alertRate is " + alertRate + ", expected a share between 0 and 1");
    }
    if (rows < 1) {
      throw new IllegalArgumentException("calibration rows are " + rows + ", expected at least 1");
    }
    this.threshold = threshold;
    this.alertRate = alertRate;
    this.rows = rows;
    this.quantileSketch = quantileSketch.clone();
  }

  /**
   * The threshold.
   *
   * @return nats, in the user's units
   */
  public double threshold() {
    return threshold;
  }

  /**
   * The share of events to flag, as asked for.
   *
   * @return in (0, 1)
   */
  public double alertRate() {
    return alertRate;
  }

  /**
   * The number of calibration rows.
   *
   * @return at least 1
   */
  public long rows() {
    return rows;
  }

  /**
   * A copy of the serialized sketch.
   *
   * @return the bytes of a KllDoublesSketch
   */
  public byte[] quantileSketch() {
    return quantileSketch.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Calibration that
        && Double.compare(threshold, that.threshold) == 0
        && Double.compare(alertRate, that.alertRate) == 0
        && rows == that.rows
        && Arrays.equals(quantileSketch, that.quantileSketch);
  }

  @Override
  public int hashCode() {
    return Double.hashCode(threshold) + 31 * Arrays.hashCode(quantileSketch);
  }

  @Override
  public String toString() {
    return "Calibration[threshold="
        + threshold
        + ", alertRate="
        + alertRate
        + ", rows="
        + rows
        + "]";
  }
}
