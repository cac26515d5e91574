package io.otflow.model;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Where a model comes from.
 *
 * @param origin what made it
 * @param createdAtMillis when it was made, milliseconds since 1970
 * @param parentVersion the version that it was fine-tuned from, or, after a rollback, that it is
 * @param windowStartMillis first event time of its window (inclusive)
 * @param windowEndMillis last event time of its window (exclusive)
 * @param eventsSeen events in the window or file
 * @param rowsTrained rows that the weights were fitted to
 * @param rowsHeldOut rows that decided when to stop
 * @param iterations optimizer steps taken
 * @param trainingLoss mean objective of the last iterations, scaled features; NaN without training
 * @param heldOutLoss mean negative log-likelihood of the held-out rows in nats, user's units; NaN
 *     without training
 * @param seed seed of everything random in the training
 * @param note free text
 * @param comparison how it did against the model that it replaced; empty where there was none
 * @param estimatedContamination estimated share of anomalies among the calibration rows; empty
 *     without a calibration
 * @param startingLoss what heldOutLoss was before the first step: of a first model that of the
 *     Gaussian behind its front; empty in models that do not tell
 */
public record Provenance(
    Origin origin,
    long createdAtMillis,
    OptionalLong parentVersion,
    OptionalLong windowStartMillis,
    OptionalLong windowEndMillis,
    long eventsSeen,
    long rowsTrained,
    long rowsHeldOut,
    int iterations,
    double trainingLoss,
    double heldOutLoss,
    long seed,
    String note,
    Optional<Comparison> comparison,
    OptionalDouble estimatedContamination,
    OptionalDouble startingLoss) {

  /**
   * Two models on the same rows, which neither was trained on.
   *
   * @param rows their number
   * @param logLikelihood interquartile mean of the new model's log-likelihoods, nats, user's units
   * @param servingLogLikelihood the same of the model that served
   */
  public record Comparison(long rows, double logLikelihood, double servingLogLikelihood) {}

  /** What made a model. */
  public enum Origin {
    /** The command line's fit, from a file. */
    FIT,
    /** A window of the stream. */
    WINDOW,
    /** Imported weights. */
    IMPORT,
    /** An earlier version, taken up again. */
    ROLLBACK
  }

  /**
   * Provenance of imported weights.
   *
   * @param createdAtMillis when they were imported, milliseconds since 1970
   * @param note free text, such as the name of the file
   * @return no window, no training
   */
  public static Provenance imported(long createdAtMillis, String note) {
    return new Provenance(
        Origin.IMPORT,
        createdAtMillis,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        Double.NaN,
        Double.NaN,
        0,
        note,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /**
   * Provenance of an earlier version that is taken up again.
   *
   * @param version the version
   * @param createdAtMillis when it was taken up, milliseconds since 1970
   * @return this one's window and training, under a new origin
   */
  public Provenance rolledBackTo(long version, long createdAtMillis) {
    return copy(
        Origin.ROLLBACK,
        createdAtMillis,
        OptionalLong.of(version),
        comparison,
        estimatedContamination);
  }

  /**
   * This provenance with a comparison.
   *
   * @param made how it did against the model that served
   * @return a copy
   */
  public Provenance with(Comparison made) {
    return copy(origin, createdAtMillis, parentVersion, Optional.of(made), estimatedContamination);
  }

  /**
   * This provenance with what was estimated of the calibration rows.
   *
   * @param contamination share of anomalies among them, in [0, 1)
   * @return a copy
   */
  public Provenance withContamination(double contamination) {
    return copy(
        origin, createdAtMillis, parentVersion, comparison, OptionalDouble.of(contamination));
  }

  private Provenance copy(
      Origin newOrigin,
      long newCreatedAtMillis,
      OptionalLong newParentVersion,
      Optional<Comparison> newComparison,
      OptionalDouble newContamination) {
    return new Provenance(
        newOrigin,
        newCreatedAtMillis,
        newParentVersion,
        windowStartMillis,
        windowEndMillis,
        eventsSeen,
        rowsTrained,
        rowsHeldOut,
        iterations,
        trainingLoss,
        heldOutLoss,
        seed,
        note,
        newComparison,
        newContamination,
        startingLoss);
  }
}
