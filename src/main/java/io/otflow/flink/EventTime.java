package io.otflow.flink;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.BoundedOutOfOrdernessWatermarks;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Event time of the stream: bounded out-of-orderness a partition, moved by decodable events only.
 */
final class EventTime {

  private EventTime() {}

  static WatermarkStrategy<FeatureEvent> strategy(
      Duration maxOutOfOrderness, Duration idleTimeout) {
    return WatermarkStrategy.<FeatureEvent>forGenerator(
            context -> new DecodedOnly(maxOutOfOrderness))
        .withTimestampAssigner((event, recordTime) -> event.eventTime)
        .withIdleness(idleTimeout);
  }

  /** Lets decodable events alone move time. */
  static final class DecodedOnly implements WatermarkGenerator<FeatureEvent> {

    private final WatermarkGenerator<FeatureEvent> delegate;
    private boolean started;

    DecodedOnly(Duration maxOutOfOrderness) {
      delegate = new BoundedOutOfOrdernessWatermarks<>(maxOutOfOrderness);
    }

    @Override
    public void onEvent(FeatureEvent event, long timestamp, WatermarkOutput output) {
      if (event.decoded()) {
        started = true;
        delegate.onEvent(event, timestamp, output);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (started) {
        delegate.onPeriodicEmit(output);
      } else {
        output.emitWatermark(new Watermark(Long.MIN_VALUE));
      }
    }
  }
}
