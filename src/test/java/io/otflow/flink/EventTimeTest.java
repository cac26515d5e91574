package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

/** What moves event time. */
class EventTimeTest {

  private final List<Long> watermarks = new ArrayList<>();
  private final WatermarkGenerator<FeatureEvent> generator =
      new EventTime.MedianOfNewest(Duration.ofMillis(100));

  private final WatermarkOutput output =
      new WatermarkOutput() {
        @Override
        public void emitWatermark(Watermark watermark) {
          watermarks.add(watermark.getTimestamp());
        }

        @Override
        public void markIdle() {
          watermarks.add(null);
        }

        @Override
        public void markActive() {
          watermarks.add(0L);
        }
      };

  private void event(FeatureEvent event) {
    generator.onEvent(event, event.eventTime, output);
    generator.onPeriodicEmit(output);
  }

  private static FeatureEvent at(long time) {
    FeatureEvent event = Fakes.event(1, 1);
    event.eventTime = time;
    return event;
  }

  private void events(long... times) {
    for (long time : times) {
      event(at(time));
    }
  }

  private long watermark() {
    return watermarks.get(watermarks.size() - 1);
  }

  @Test
  void timeFollowsTheMedianOfTheNewestByTheAllowedDelay() {
    events(1000, 1001, 1002, 1003, 1004, 1005);
    assertThat(watermarks).as("too few to tell").containsOnly(Long.MIN_VALUE);
    event(at(1006));
    assertThat(watermark()).isEqualTo(1003 - 101);
    event(at(1007));
    assertThat(watermark()).isEqualTo(1004 - 101);
  }

  @Test
  void timeDoesNotGoBack() {
    events(1000, 1000, 1000, 1000, 1000, 1000, 1000);
    events(10, 10, 10, 10, 10, 10, 10);
    assertThat(watermark()).isEqualTo(899);
  }

  @Test
  void aFewEventsOfAnotherTimeDoNotMoveIt() {
    long ahead = 900_000_000_000L;
    events(ahead, 1000, 1000, 1000, 1000, 1000, 1000);
    assertThat(watermark()).isEqualTo(899);
    for (int i = 0; i < 100; i++) {
      events(ahead, Long.MIN_VALUE, ahead, 1000, 1000, 1000, 1000);
      assertThat(watermark()).isEqualTo(899);
    }
  }

  @Test
  void noEventOfTheFarFutureMovesIt() {
    events(1000, 1000, 1000, 1000, 1000, 1000, 1000);
    for (int i = 0; i < 100; i++) {
      events(Long.MAX_VALUE, System.currentTimeMillis() + 2 * 24 * 3_600_000L);
    }
    assertThat(watermark()).isEqualTo(899);
  }

  @Test
  void allEventsFarInThePastAreNoOverflow() {
    events(
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE);
    assertThat(watermark()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void undecodableRecordsDoNotMoveTime() {
    for (int i = 0; i < 10; i++) {
      FeatureEvent failed = at(5000);
      failed.failure = "bad";
      event(failed);
    }
    assertThat(watermarks).containsOnly(Long.MIN_VALUE);
  }
}
