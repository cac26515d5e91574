package io.otflow.evaluate;

import io.otflow.detect.Interval;

/**
 * What the threshold of an alert rate does to rows.
 *
 * @param alertRate share of ordinary events that the threshold is set to flag
 * @param threshold log-likelihood below which a row is flagged, nats
 * @param rows all rows
 * @param flagged rows that are flagged
 * @param labelled whether the rows have labels; without them there are no anomalies
 * @param anomalies rows that are labelled anomalies
 * @param found anomalies that are flagged
 */
public record AtRate(
    double alertRate,
    double threshold,
    int rows,
    int flagged,
    boolean labelled,
    int anomalies,
    int found) {

  /**
   * Flags rows.
   *
   * @param alertRate share of ordinary events that the threshold is set to flag
   * @param threshold log-likelihood below which a row is flagged, nats
   * @param scored the rows
   * @return what is flagged
   */
  static AtRate of(double alertRate, double threshold, ScoredRows scored) {
    int flagged = 0;
    int found = 0;
    for (int i = 0; i < scored.rows(); i++) {
      boolean flag = scored.logLikelihood()[i] < threshold;
      flagged += flag ? 1 : 0;
      found += flag && scored.anomaly(i) ? 1 : 0;
    }
    return new AtRate(
        alertRate,
        threshold,
        scored.rows(),
        flagged,
        scored.labels().isPresent(),
        scored.anomalies(),
        found);
  }

  /**
   * The share of the rows that is flagged.
   *
   * @return in [0, 1]; NaN without rows
   */
  public double share() {
    return (double) flagged / rows;
  }

  /**
   * The share of the anomalies that is flagged.
   *
   * @return in [0, 1]; NaN without anomalies
   */
  public double recall() {
    return (double) found / anomalies;
  }

  /**
   * The interval of {@link #recall}.
   *
   * @return by Wilson; unknown without anomalies
   */
  public Interval recallInterval() {
    return Interval.ofShare(found, anomalies);
  }

  /**
   * The share of the flagged rows that are anomalies.
   *
   * @return in [0, 1]; NaN without labels, or where nothing is flagged
   */
  public double precision() {
    return labelled ? (double) found / flagged : Double.NaN;
  }

  /**
   * The interval of {@link #precision}.
   *
   * @return by Wilson; unknown without labels, or where nothing is flagged
   */
  public Interval precisionInterval() {
    return labelled ? Interval.ofShare(found, flagged) : Interval.UNKNOWN;
  }

  /**
   * The share of the ordinary rows that is flagged.
   *
   * @return in [0, 1]; NaN without labels, or without ordinary rows
   */
  public double falseAlarmRate() {
    return labelled ? (double) (flagged - found) / (rows - anomalies) : Double.NaN;
  }
}
