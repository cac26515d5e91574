package io.otflow.bench.soak;

import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/** Latencies by the half second in which the score was made. Not thread-safe. */
final class LatencyTimeline {

  /** Half a second. */
  static final long SLOT_MILLIS = 500;

  /** Half of the 5 seconds around a swap. */
  private static final long AROUND_MILLIS = 2500;

  private static final int DIGITS = 2;

  private final TreeMap<Long, Histogram> slots = new TreeMap<>();

  /** Adds a score by when it was made and how long after its record was sent. */
  void add(long scoredAtMillis, long latencyMillis) {
    slots
        .computeIfAbsent(scoredAtMillis / SLOT_MILLIS, slot -> new Histogram(DIGITS))
        .recordValue(Math.max(0, latencyMillis));
  }

  /** All from a time on, up to another. */
  Latency between(long fromMillis, long toMillis) {
    return where(fromMillis, toMillis, slot -> true);
  }

  /** Those in the 5 seconds around any of some times. */
  Latency around(long fromMillis, long toMillis, Set<Long> timesMillis) {
    Set<Long> near = near(timesMillis);
    return where(fromMillis, toMillis, near::contains);
  }

  /** The others. */
  Latency elsewhere(long fromMillis, long toMillis, Set<Long> timesMillis) {
    Set<Long> near = near(timesMillis);
    return where(fromMillis, toMillis, slot -> !near.contains(slot));
  }

  private static Set<Long> near(Set<Long> timesMillis) {
    return timesMillis.stream()
        .flatMap(
            time ->
                LongStream.rangeClosed(
                        (time - AROUND_MILLIS) / SLOT_MILLIS, (time + AROUND_MILLIS) / SLOT_MILLIS)
                    .boxed())
        .collect(Collectors.toSet());
  }

  private Latency where(long fromMillis, long toMillis, LongPredicate slotCounts) {
    Histogram sum = new Histogram(DIGITS);
    slots
        .subMap(fromMillis / SLOT_MILLIS, toMillis / SLOT_MILLIS)
        .forEach(
            (slot, histogram) -> {
              if (slotCounts.test(slot)) {
                sum.add(histogram);
              }
            });
    return Latency.of(sum);
  }
}
