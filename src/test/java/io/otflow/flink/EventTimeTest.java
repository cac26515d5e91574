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
      new EventTime.DecodedOnly(Duration.ofMillis(100));

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

  @Test
  void timeFollowsTheNewestEventByTheAllowedDelay() {
    event(at(1000));
    event(at(500));
    event(at(2000));
    assertThat(watermarks).containsExactly(899L, 899L, 1899L);
  }

  @Test
  void undecodableRecordsDoNotMoveTime() {
    FeatureEvent failed = at(5000);
    failed.failure = "bad";
    event(failed);
    event(at(1000));
    event(failed);
    assertThat(watermarks).containsExactly(Long.MIN_VALUE, 899L, 899L);
  }
}
