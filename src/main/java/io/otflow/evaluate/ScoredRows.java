package io.otflow.evaluate;

import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Rows that a model has scored.
 *
 * @param logLikelihood of each row, nats; negative infinity allowed, NaN not
 * @param labels true for each row that is an anomaly; empty where nothing is known of that
 */
@SuppressWarnings("ArrayRecordComponent")
public record ScoredRows(double[] logLikelihood, Optional<boolean[]> labels) {

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if there are more or fewer labels than rows
   */
  public ScoredRows {
    int rows = logLikelihood.length;
    labels.ifPresent(
        known -> {
          if (known.length != rows) {
            throw new IllegalArgumentException(
                "there are " + known.length + " labels, expected " + rows + " as rows");
          }
        });
  }

  /**
   * The number of rows.
   *
   * @return n
   */
  public int rows() {
    return logLikelihood.length;
  }

  /**
   * The number of rows that are labelled anomalies.
   *
   * @return their number; 0 without labels
   */
  public int anomalies() {
    return (int) IntStream.range(0, rows()).filter(this::anomaly).count();
  }

  /**
   * Whether a row is labelled an anomaly.
   *
   * @param row its index
   * @return false without labels
   */
  public boolean anomaly(int row) {
    return labels.isPresent() && labels.get()[row];
  }

  /**
   * Whether a ranking can be measured.
   *
   * @return true if some rows are labelled anomalies, and some ordinary
   */
  public boolean bothKinds() {
    int anomalies = anomalies();
    return anomalies > 0 && anomalies < rows();
  }

  /**
   * The labels to measure a ranking by.
   *
   * @return one a row; all false without labels
   */
  boolean[] anomalyLabels() {
    return labels.orElseGet(() -> new boolean[rows()]);
  }

  /**
   * Anomaly scores: −log p.
   *
   * @return one a row, nats, higher for less likely
   */
  public double[] scores() {
    return DoubleStream.of(logLikelihood).map(value -> -value).toArray();
  }

  /**
   * Log-likelihoods of the rows that are not labelled anomalies.
   *
   * @return nats, in the order of the rows; all of them without labels
   */
  public double[] ordinary() {
    return IntStream.range(0, rows())
        .filter(row -> !anomaly(row))
        .mapToDouble(row -> logLikelihood[row])
        .toArray();
  }
}
