package io.otflow.flink;

import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Event time of the stream, a partition: the median of its newest events, less the allowed
 * out-of-orderness. A few events with times far ahead do not move it, and so do not make the rest
 * late; nor do any with times of more than a day ahead of the clock, or records that cannot be
 * decoded.
 */
final class EventTime {

  /** Events whose median counts: up to half of them, less one, may be wrong. */
  static final int EVENTS = 7;

  /** How far ahead of the clock a time can be and still be one. */
  private static final long MOST_AHEAD_MILLIS = 24 * 3_600_000L;

  private EventTime() {}

  /** Whether an event's time can be: it is not far in the future. */
  static boolean plausible(long eventTimeMillis, long nowMillis) {
    return eventTimeMillis <= nowMillis + MOST_AHEAD_MILLIS;
  }

  static WatermarkStrategy<FeatureEvent> strategy(
      Duration maxOutOfOrderness, Duration idleTimeout) {
    return WatermarkStrategy.<FeatureEvent>forGenerator(
            context -> new MedianOfNewest(maxOutOfOrderness))
        .withTimestampAssigner((event, recordTime) -> event.eventTime)
        .withIdleness(idleTimeout);
  }

  /** The generator of a partition; costs one store an event. */
  static final class MedianOfNewest implements WatermarkGenerator<FeatureEvent> {

    private final long outOfOrdernessMillis;
    private final long[] newest = new long[EVENTS];
    private long seen;
    private long watermark = Long.MIN_VALUE;
    private long nowMillis = System.currentTimeMillis();

    MedianOfNewest(Duration maxOutOfOrderness) {
      outOfOrdernessMillis = maxOutOfOrderness.toMillis();
    }

    @Override
    public void onEvent(FeatureEvent event, long timestamp, WatermarkOutput output) {
      if (event.decoded() && plausible(timestamp, nowMillis)) {
        newest[(int) (seen++ % EVENTS)] = timestamp;
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      nowMillis = System.currentTimeMillis();
      if (seen >= EVENTS) {
        long[] sorted = newest.clone();
        Arrays.sort(sorted);
        long median = sorted[EVENTS / 2];
        long behind = outOfOrdernessMillis + 1;
        watermark =
            Math.max(
                watermark, median < Long.MIN_VALUE + behind ? Long.MIN_VALUE : median - behind);
      }
      output.emitWatermark(new Watermark(watermark));
    }
  }
}
