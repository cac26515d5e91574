package io.otflow.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.watch.Narration.State;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each state of a stream and its model has its sentence. */
class NarrationTest {

  /** A situation of model 5, in use for long, of which a test changes what it is about. */
  private static final class Builder {
    private OptionalLong firstWindow = OptionalLong.empty();
    private long unscored;
    private long version = 5;
    private boolean first;
    private int usedSeconds = 60;
    private long quietSeconds = 1;
    private long scored = 10_000;
    private long flagged = 130;
    private int mostlyFlaggedSeconds;
    private boolean driftCalled;

    Situation situation() {
      return new Situation(
          firstWindow,
          unscored,
          version,
          first,
          true,
          usedSeconds,
          quietSeconds,
          scored,
          flagged,
          mostlyFlaggedSeconds,
          OptionalDouble.of(0.02),
          driftCalled);
    }

    void tells(State state, String text) {
      assertThat(Narration.of(situation())).isEqualTo(new Narration(state, text));
    }
  }

  @Test
  void beforeTheFirstModel() {
    Builder b = new Builder();
    b.version = 0;
    b.tells(State.WAITING, "Waiting for the first events.");
    b.unscored = 7_500;
    b.tells(State.LEARNING, "No model yet: 7,500 events have passed without a score.");
    b.firstWindow = OptionalLong.of(12_000);
    b.tells(State.LEARNING, "Learning from the first window: 7,500 of 12,000 events.");
    b.unscored = 12_000;
    b.tells(
        State.LEARNING,
        "The first window is complete and model 1 is in training: 12,000 events have passed"
            + " without a score.");
  }

  @Test
  void throughADrift() {
    Builder b = new Builder();
    b.tells(State.STEADY, "1.3 % flagged, 2.0 % expected: model 5 is in use.");
    b.flagged = 9_800;
    b.mostlyFlaggedSeconds = 12;
    b.tells(
        State.CHANGED,
        "98 % flagged for 12 s, 2.0 % expected: the stream has changed; the next model may know"
            + " it.");
    b.driftCalled = true;
    b.tells(
        State.CHANGED,
        "98 % flagged for 12 s, 2.0 % expected: the stream has changed; a model of what came since"
            + " is in training.");
    b.mostlyFlaggedSeconds = 0;
    b.version = 6;
    b.usedSeconds = 0;
    b.scored = 0;
    b.tells(State.SWAPPED, "Model 6 took over.");
    b.scored = 1_000;
    b.flagged = 13;
    b.usedSeconds = 3;
    b.tells(State.SWAPPED, "Model 6 took over: 1.3 % flagged, 2.0 % expected.");
    b.first = true;
    b.tells(State.SWAPPED, "Model 6, the first, scores: 1.3 % flagged, 2.0 % expected.");
  }

  @Test
  void whenEventsStop() {
    Builder b = new Builder();
    b.quietSeconds = 40;
    b.tells(State.QUIET, "No event for 40 s. Model 5 is in use.");
  }

  @ParameterizedTest
  @CsvSource({
    "10000, 600, false",
    "10000, 680, true",
    "50, 8, false",
    "50, 10, true",
    "0, 0, false"
  })
  void farOffIsMoreThanChance(long scored, long flagged, boolean far) {
    Builder b = new Builder();
    b.scored = scored;
    b.flagged = flagged;
    assertThat(b.situation().farOff()).isEqualTo(far);
    if (far) {
      assertThat(Narration.of(b.situation()).state()).isEqualTo(State.HIGH);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.98, 98 %", "0.013, 1.3 %", "0.00012, 0.012 %", "0, 0 %", "1, 100 %", "NaN, –"})
  void sharesHaveTwoDigits(double share, String text) {
    assertThat(Narration.percent(share)).isEqualTo(text);
  }
}
