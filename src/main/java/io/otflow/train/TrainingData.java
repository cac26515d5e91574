package io.otflow.train;

import io.otflow.model.Provenance.Origin;
import java.util.List;
import java.util.OptionalLong;

/**
 * Rows to fit a model to, and what they are.
 *
 * @param x rows × d, row-major, in the user's units; not copied, not changed
 * @param rows number of rows
 * @param featureNames the d features, in order
 * @param origin where the rows come from
 * @param windowStartMillis first event time of their window (inclusive)
 * @param windowEndMillis last event time of their window (exclusive)
 * @param eventsSeen events of which the rows are a sample
 * @param createdAtMillis time that the snapshot will carry
 * @param note free text for the provenance
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingData(
    double[] x,
    int rows,
    List<String> featureNames,
    Origin origin,
    OptionalLong windowStartMillis,
    OptionalLong windowEndMillis,
    long eventsSeen,
    long createdAtMillis,
    String note) {

  /**
   * The same rows, whose features have other names.
   *
   * @param names d names
   * @return a copy
   */
  public TrainingData named(List<String> names) {
    return new TrainingData(
        x,
        rows,
        List.copyOf(names),
        origin,
        windowStartMillis,
        windowEndMillis,
        eventsSeen,
        createdAtMillis,
        note);
  }
}
