package io.otflow.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.codec.Samples;
import io.otflow.local.SyntheticStream;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The story of a run, 100 events a second, that drifts in its 40th second. */
class DemoReportTest {

  private static final DemoSettings SETTINGS = new DemoSettings(8000, 80, 0.02, 1);
  private static final long START = 1_700_000_000_000L;
  private static final int FIRST_SCORED = 1000;
  private static final int DRIFT = 4000;
  private static final int ADAPTED = 4650;

  private final SyntheticStream stream = SyntheticStream.of(8000, 1);
  private final ScoreLog log = new ScoreLog(8000);

  @Test
  void theDriftIsToldByItself() {
    log.add(model(1, START));
    log.add(model(2, START + 42_000));
    for (int i = 0; i < 8000; i++) {
      long version = i < FIRST_SCORED ? 0 : i < ADAPTED ? 1 : 2;
      boolean changed = i >= DRIFT && i < ADAPTED;
      log.add(score(i, version, changed || (version > 0 && stream.anomaly(i))));
    }
    DemoReport report = DemoReport.of(stream, SETTINGS, log, START, 80);
    assertThat(report.warmUp()).isEqualTo(FIRST_SCORED);
    assertThat(report.before().recall()).isEqualTo(1);
    assertThat(report.before().falseAlarmRate()).isZero();
    assertThat(report.during().flaggedShare()).isEqualTo(1);
    assertThat(report.after().flaggedShare()).isCloseTo(0.01, within(0.005));
    assertThat(report.adapted()).isEqualTo(2);
    assertThat(report.adaptSeconds()).isEqualTo(6.5);
    assertThat(report.mostlyFlaggedSeconds()).isBetween(6, 7);
    assertThat(report.swaps()).isEqualTo(1);
    assertThat(report.missing()).isZero();
    assertThat(log.flaggedShare(1000)).isCloseTo(0.01, within(0.01));
  }

  @Test
  void noModelOfWhatCameSinceTakesOver() {
    log.add(model(1, START));
    for (int i = 0; i < 8000; i++) {
      log.add(score(i, 1, i >= DRIFT));
    }
    DemoReport report = DemoReport.of(stream, SETTINGS, log, START, 80);
    assertThat(report.adapted()).isZero();
    assertThat(report.adaptSeconds()).isEqualTo(40);
    assertThat(report.mostlyFlaggedSeconds()).isEqualTo(40);
    assertThat(report.after().flaggedShare()).isNaN();
  }

  private static AnomalyScore score(int event, long version, boolean flagged) {
    boolean scored = version > 0;
    return new AnomalyScore(
        "event-" + event,
        null,
        Instant.ofEpochMilli(START + SETTINGS.timeOf(event)),
        scored ? ScoreStatus.SCORED : ScoreStatus.WARMING_UP,
        scored ? -1.0 : null,
        null,
        null,
        null,
        flagged,
        scored ? (Long) version : null,
        Instant.ofEpochMilli(START),
        "features",
        0,
        (long) event,
        Map.of(),
        null,
        null);
  }

  private static ModelSnapshot model(long version, long windowStart) {
    return Samples.model(Architecture.of(8, 4, 2), true, version)
        .as(
            version,
            new Provenance(
                Provenance.Origin.WINDOW,
                windowStart,
                OptionalLong.empty(),
                OptionalLong.of(windowStart),
                OptionalLong.of(windowStart + 10_000),
                1000,
                800,
                100,
                10,
                1,
                1,
                1,
                "",
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty()));
  }
}
