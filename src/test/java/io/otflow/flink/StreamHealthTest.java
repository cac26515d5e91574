package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.FeatureValues;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is told of a whole stream, and that it is told once. */
class StreamHealthTest {

  private static final long NOW = Instant.parse("2026-11-27T12:00:00Z").toEpochMilli();

  private final List<String> told = new ArrayList<>();

  private static FeatureEvent at(long timeMillis) {
    return FeatureEvent.of(
        new FeatureValues("e", null, timeMillis, new double[] {1}, Map.of()), "t", 0, 0);
  }

  private void see(StreamHealth health, long timeMillis, String refusal, long nowMillis) {
    health.see(at(timeMillis), refusal, nowMillis).ifPresent(told::add);
  }

  @Test
  void aHealthyStreamIsNotSpokenOf() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    for (int i = 0; i < 10_000; i++) {
      long time = NOW + 100L * i;
      see(health, time, i % 5 == 0 ? "x" : null, time);
      health.watermark(time);
    }
    health.end().ifPresent(told::add);
    assertThat(told).isEmpty();
  }

  @Test
  void refusalsOfNearlyAllAreToldOnceWithTheFirstReason() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    for (int i = 0; i < 5000; i++) {
      see(health, NOW, i == 0 ? "field 'presure' is missing" : "another", NOW);
    }
    health.end().ifPresent(told::add);
    assertThat(told)
        .containsExactly(
            "100.0 % of the last 1000 events are refused, the first because: field 'presure' is"
                + " missing");
    assertThat(health.refusedShare()).isEqualTo(1);
  }

  @Test
  void aStreamThatGoesBadLateIsToldOfEachTime() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    for (int i = 0; i < 100_000; i++) {
      see(health, NOW, i >= 90_000 || i / 1000 == 50 ? "bad " + i : null, NOW);
    }
    assertThat(told)
        .containsExactly(
            "100.0 % of the last 1000 events are refused, the first because: bad 50000",
            "100.0 % of the last 1000 events are refused, the first because: bad 90000");
  }

  @Test
  void aShortStreamIsSpokenOfAtItsEnd() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    see(health, NOW, "bad", NOW);
    assertThat(told).isEmpty();
    assertThat(health.end())
        .hasValueSatisfying(text -> assertThat(text).contains("of the last 1 events"));
    assertThat(health.end()).isEmpty();
  }

  @Test
  void timesInAnotherUnitAreToldOnceWithTheUnitThatFits() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    for (int i = 0; i < 3000; i++) {
      see(health, 1_700_000_000L + i, null, NOW);
    }
    assertThat(told)
        .containsExactly(
            "the time of event 'e' is 1970-01-20T16:13:20Z, which cannot be: 1700000000"
                + " milliseconds since 1970; as seconds it is 2023-11-14T22:13:20Z, and --time-unit s"
                + " reads it so in records whose fields --features names");
    told.clear();
    see(new StreamHealth(TimeUnit.MILLISECONDS), 1_700_000_000_000_000L, null, NOW);
    assertThat(told).singleElement().asString().contains("--time-unit us ");
    told.clear();
    see(new StreamHealth(TimeUnit.SECONDS), 1_700_000_000_000_000L, null, NOW);
    assertThat(told)
        .singleElement()
        .asString()
        .contains("1700000000000 seconds")
        .contains("--time-unit ms ");
  }

  @Test
  void aTimeThatNoUnitMendsIsToldWithoutOne() {
    see(new StreamHealth(TimeUnit.MILLISECONDS), 0, null, NOW);
    assertThat(told)
        .containsExactly(
            "the time of event 'e' is 1970-01-01T00:00:00Z, which cannot be: 0 milliseconds since"
                + " 1970");
  }

  @Test
  void eventTimeThatStandsStillIsTold() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    health.watermark(NOW);
    for (int i = 0; i < 5000; i++) {
      see(health, NOW, null, NOW + 20L * i);
      health.watermark(NOW);
    }
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("event time has stood still at 2026-11-27T12:00:00Z for ")
        .contains("nothing is trained");
  }

  @Test
  void eventTimeThatNeverBeganIsToldAndOneThatWaitedIsNot() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    for (int i = 0; i < 5000; i++) {
      see(health, NOW, null, NOW + 20L * i);
    }
    assertThat(told).singleElement().asString().startsWith("event time has stood still for ");
    told.clear();
    health.watermark(NOW);
    // An hour without events, then many before the next watermark.
    for (int i = 0; i < 5000; i++) {
      see(health, NOW, null, NOW + 3_600_000 + i / 100);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void oneBadEventBehindManyIsNoStream() {
    StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
    for (int i = 0; i <= 10_000; i++) {
      see(health, NOW, i == 10_000 ? "bad" : null, NOW);
    }
    health.end().ifPresent(told::add);
    assertThat(told).isEmpty();
    assertThat(health.refusedShare()).isZero();
  }
}
