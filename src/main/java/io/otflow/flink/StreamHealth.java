package io.otflow.flink;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What is wrong with a whole stream, and not with one event: nearly all are refused, their times
 * cannot be, or event time stands still. Each is told once; refusals again where the stream has
 * been well in between. Costs a few comparisons an event. Not thread-safe.
 */
final class StreamHealth {

  /** Events whose share is looked at together. */
  private static final long ENOUGH = 1000;

  /** Share of refused events that is no longer a few bad ones. */
  private static final double NEARLY_ALL = 0.9;

  /** Share of refused events at which a stream is well again. */
  private static final double FEW = 0.1;

  /** 1990: streams are younger. */
  private static final long EARLIEST_MILLIS = Instant.parse("1990-01-01T00:00:00Z").toEpochMilli();

  /** How long event time may stand still while events come. */
  private static final long STANDS_STILL_MILLIS = 60_000;

  private final TimeUnit timeUnit;
  private long seen;
  private long refusedOfLast;
  private String firstRefusal;
  private volatile double refusedShare = Double.NaN;
  private boolean refusalsTold;
  private boolean timesTold;
  private boolean standstillTold;
  private long watermark = Long.MIN_VALUE;

  /** Events since the watermark moved, and when the first of them came. */
  private long seenSinceWatermark;

  private long firstSinceWatermarkMillis;

  /**
   * Of a stream.
   *
   * @param timeUnit what times count that are plain numbers
   */
  StreamHealth(TimeUnit timeUnit) {
    this.timeUnit = timeUnit;
  }

  /**
   * Takes note of an event.
   *
   * @param refusal why it is refused; null if it is not
   * @return what is to be told now, if anything
   */
  Optional<String> see(FeatureEvent event, String refusal, long nowMillis) {
    seen++;
    if (seenSinceWatermark++ == 0) {
      firstSinceWatermarkMillis = nowMillis;
    }
    if (refusal != null) {
      refusedOfLast++;
      firstRefusal = firstRefusal == null ? refusal : firstRefusal;
    }
    if (!timesTold && event.decoded() && implausible(event.eventTime, nowMillis)) {
      timesTold = true;
      return Optional.of(times(event, nowMillis));
    }
    if (seen % ENOUGH == 0) {
      return refusals(ENOUGH).or(() -> standstill(nowMillis));
    }
    return Optional.empty();
  }

  /** Takes note of where event time is. */
  void watermark(long timeMillis) {
    if (timeMillis > watermark) {
      watermark = timeMillis;
      seenSinceWatermark = 0;
      standstillTold = false;
    }
  }

  /** What is to be told at the end of a stream of fewer events than are looked at together. */
  Optional<String> end() {
    return seen == 0 || seen >= ENOUGH ? Optional.empty() : refusals(seen);
  }

  /** Share of the last thousand events that were refused; NaN before there were so many. */
  double refusedShare() {
    return refusedShare;
  }

  private Optional<String> refusals(long events) {
    double share = (double) refusedOfLast / events;
    String first = firstRefusal;
    refusedShare = share;
    refusedOfLast = 0;
    firstRefusal = null;
    if (share < FEW) {
      refusalsTold = false;
    }
    if (refusalsTold || share < NEARLY_ALL) {
      return Optional.empty();
    }
    refusalsTold = true;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%.4g %% of the last %d events are refused, the first because: %s",
            100 * share,
            events,
            first));
  }

  private static boolean implausible(long timeMillis, long nowMillis) {
    return timeMillis < EARLIEST_MILLIS || !EventTime.plausible(timeMillis, nowMillis);
  }

  private String times(FeatureEvent event, long nowMillis) {
    long number = timeUnit.convert(event.eventTime, TimeUnit.MILLISECONDS);
    String read =
        String.format(
            Locale.ROOT,
            "the time of event '%s' is %s, which cannot be: %d %s since 1970",
            event.id,
            Instant.ofEpochMilli(event.eventTime),
            number,
            name(timeUnit));
    return Stream.of(
            TimeUnit.SECONDS, TimeUnit.MILLISECONDS, TimeUnit.MICROSECONDS, TimeUnit.NANOSECONDS)
        .filter(unit -> unit != timeUnit && !implausible(unit.toMillis(number), nowMillis))
        .findFirst()
        .map(
            unit ->
                read
                    + String.format(
                        "; as %s it is %s, and --time-unit %s reads it so in records whose fields"
                            + " --features names",
                        name(unit), Instant.ofEpochMilli(unit.toMillis(number)), option(unit)))
        .orElse(read);
  }

  private Optional<String> standstill(long nowMillis) {
    boolean still =
        seenSinceWatermark >= ENOUGH && nowMillis - firstSinceWatermarkMillis > STANDS_STILL_MILLIS;
    if (standstillTold || !still) {
      return Optional.empty();
    }
    standstillTold = true;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "event time has stood still%s for %d s while %d events came: no window ends, and nothing"
                + " is trained. Are their times right (--time-field, --time-unit), and does every"
                + " partition have events?",
            watermark == Long.MIN_VALUE ? "" : " at " + Instant.ofEpochMilli(watermark),
            (nowMillis - firstSinceWatermarkMillis) / 1000,
            seenSinceWatermark));
  }

  private static String name(TimeUnit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }

  /** The unit as the option has it. */
  private static String option(TimeUnit unit) {
    return switch (unit) {
      case SECONDS -> "s";
      case MICROSECONDS -> "us";
      case NANOSECONDS -> "ns";
      default -> "ms";
    };
  }
}
