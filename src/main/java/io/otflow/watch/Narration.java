package io.otflow.watch;

import java.util.Locale;

/**
 * What happens, in one sentence.
 *
 * @param state of what kind it is
 * @param text the sentence
 */
public record Narration(State state, String text) {

  /** Seconds after which it is worth a word that nothing comes; checkpoints are less apart. */
  private static final int QUIET_SECONDS = 30;

  /** Seconds through which a new model is news. */
  private static final int NEWS_SECONDS = 10;

  /** How a stream and its model stand. */
  public enum State {
    /** Nothing has come yet. */
    WAITING,
    /** There is no model. */
    LEARNING,
    /** Events have stopped. */
    QUIET,
    /** Over half is flagged: the model knows what comes no more. */
    CHANGED,
    /** Far more is flagged than was asked for. */
    HIGH,
    /** A model has just taken over. */
    SWAPPED,
    /** A model scores, and about as much is flagged as was asked for. */
    STEADY;

    /**
     * Whether it is worth a line of a log when it begins.
     *
     * @return false for what goes on as it was
     */
    public boolean isNews() {
      return this == LEARNING || this == CHANGED || this == SWAPPED;
    }
  }

  static Narration of(Situation s) {
    if (s.version() == 0) {
      return s.unscored() == 0
          ? new Narration(State.WAITING, "Waiting for the first events.")
          : new Narration(State.LEARNING, learning(s));
    }
    if (s.quietSeconds() > QUIET_SECONDS) {
      return new Narration(
          State.QUIET,
          text("No event for %d s. Model %d is in use.", s.quietSeconds(), s.version()));
    }
    if (s.mostlyFlaggedSeconds() > 0) {
      return new Narration(
          State.CHANGED,
          text(
              "%s flagged for %d s%s: the stream has changed; %s",
              percent(s.flaggedShare()), s.mostlyFlaggedSeconds(), expected(s), next(s)));
    }
    if (s.swapSeen() && s.usedSeconds() < NEWS_SECONDS) {
      return new Narration(State.SWAPPED, swapped(s));
    }
    String share = text("%s flagged%s", percent(s.flaggedShare()), expected(s));
    return s.farOff()
        ? new Narration(State.HIGH, text("%s: model %d fits the stream badly.", share, s.version()))
        : new Narration(State.STEADY, text("%s: model %d is in use.", share, s.version()));
  }

  private static String learning(Situation s) {
    if (s.firstWindow().isEmpty()) {
      return text("No model yet: %,d events have passed without a score.", s.unscored());
    }
    long window = s.firstWindow().getAsLong();
    return s.unscored() < window
        ? text("Learning from the first window: %,d of %,d events.", s.unscored(), window)
        : text(
            "The first window is complete and model 1 is in training: %,d events have passed"
                + " without a score.",
            s.unscored());
  }

  private static String next(Situation s) {
    return s.driftCalled()
        ? "a model of what came since is in training."
        : "the next model may know it.";
  }

  private static String swapped(Situation s) {
    String model =
        s.first()
            ? text("Model %d, the first, scores", s.version())
            : text("Model %d took over", s.version());
    return s.scored() == 0
        ? model + "."
        : text("%s: %s flagged%s.", model, percent(s.flaggedShare()), expected(s));
  }

  private static String expected(Situation s) {
    return s.alertRate().isEmpty()
        ? ""
        : text(", %s expected", percent(s.alertRate().getAsDouble()));
  }

  /**
   * A share as a percentage of two digits.
   *
   * @param share the share; NaN where there is none
   * @return its text
   */
  public static String percent(double share) {
    if (Double.isNaN(share)) {
      return "–";
    }
    double value = 100 * share;
    int decimals =
        value == 0 ? 0 : (int) Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(value))));
    return String.format(Locale.ROOT, "%." + decimals + "f", value) + " %";
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
