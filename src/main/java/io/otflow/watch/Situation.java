package io.otflow.watch;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How a stream and its model stand at a moment, in numbers.
 *
 * @param firstWindow events that the first model waits for; empty where that is not known
 * @param unscored events that passed before there was a model
 * @param version the model in use; 0 for none
 * @param first whether it is the first model of the stream
 * @param swapSeen whether it was seen to take over: else it was in use before the page was there
 * @param usedSeconds whole seconds in which it was seen to score
 * @param quietSeconds seconds since the newest event
 * @param scored events of the last ten seconds that this model scored
 * @param flagged those of them that are flagged
 * @param mostlyFlaggedSeconds seconds in a row, up to now, in which over half was flagged
 * @param alertRate share of ordinary events that this model is to flag; empty where that is not
 *     known
 * @param driftCalled whether the job has called a drift from this model
 */
record Situation(
    OptionalLong firstWindow,
    long unscored,
    long version,
    boolean first,
    boolean swapSeen,
    int usedSeconds,
    long quietSeconds,
    long scored,
    long flagged,
    int mostlyFlaggedSeconds,
    OptionalDouble alertRate,
    boolean driftCalled) {

  /** Share of what this model scored in the last ten seconds that is flagged. */
  double flaggedShare() {
    return (double) flagged / scored;
  }

  /**
   * Whether far more is flagged than was asked for: three times as much, and more than chance makes
   * of it.
   */
  boolean farOff() {
    if (scored == 0 || alertRate.isEmpty()) {
      return false;
    }
    double expected = scored * alertRate.getAsDouble();
    return flagged > 3 * expected + 3 * Math.sqrt(expected) + 3;
  }
}
