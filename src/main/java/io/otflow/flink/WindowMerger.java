package io.otflow.flink;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Merges the subtasks' samples of each window into one. Counted windows are one window after
 * another, each complete when enough events were seen. Not thread-safe.
 */
final class WindowMerger {

  private static final long COUNTED = 0;

  private final SampleSettings settings;
  private final TreeMap<Long, Map<Integer, Merged>> open = new TreeMap<>();
  private long closedUpTo = Long.MIN_VALUE;

  private static final class Merged {
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    final BottomK rows;

    Merged(int k, int d) {
      rows = new BottomK(k, d);
    }
  }

  WindowMerger(SampleSettings settings) {
    this.settings = settings;
  }

  /** Takes up a state. */
  void restore(List<WindowSample> samples, long lastClosed) {
    closedUpTo = lastClosed;
    samples.forEach(this::merge);
  }

  /** Adds a subtask's sample; false if its window is closed already. */
  boolean add(WindowSample sample) {
    if (!settings.counted() && sample.windowEnd <= closedUpTo) {
      return false;
    }
    merge(sample);
    return true;
  }

  private void merge(WindowSample sample) {
    long key = settings.counted() ? COUNTED : sample.windowEnd;
    Merged merged =
        open.computeIfAbsent(key, end -> new TreeMap<>())
            .computeIfAbsent(sample.d, d -> new Merged(settings.size(), d));
    merged.start = Math.min(merged.start, sample.windowStart);
    merged.end = Math.max(merged.end, sample.windowEnd);
    merged.rows.merge(sample);
  }

  /** Closes the windows that a watermark has passed; ascending in time, each in all its shapes. */
  List<List<WindowSample>> closeUpTo(long watermark) {
    List<List<WindowSample>> closed = new ArrayList<>();
    if (settings.counted()) {
      return closed;
    }
    while (!open.isEmpty() && open.firstKey() - 1 <= watermark) {
      closedUpTo = open.firstKey();
      closed.add(samples(open.pollFirstEntry().getValue()));
    }
    return closed;
  }

  /** Closes the counted window if it is complete. */
  Optional<List<WindowSample>> closeCounted() {
    Map<Integer, Merged> window = open.get(COUNTED);
    if (!settings.counted() || window == null || seen(window) < settings.everyEvents()) {
      return Optional.empty();
    }
    return closeRemainder();
  }

  /** Closes the first window there is, complete or not. */
  Optional<List<WindowSample>> closeRemainder() {
    return Optional.ofNullable(open.pollFirstEntry()).map(entry -> samples(entry.getValue()));
  }

  private static long seen(Map<Integer, Merged> window) {
    return window.values().stream().mapToLong(merged -> merged.rows.seen()).sum();
  }

  /** All that is open, for state. */
  List<WindowSample> contents() {
    return open.values().stream().flatMap(window -> samples(window).stream()).toList();
  }

  long closedUpTo() {
    return closedUpTo;
  }

  private static List<WindowSample> samples(Map<Integer, Merged> window) {
    return window.values().stream()
        .map(merged -> merged.rows.toSample(merged.start, merged.end))
        .toList();
  }

  /**
   * Which of a window's samples to train on: the one of the model's number of features, or, without
   * a model, the one of most events.
   */
  static Optional<WindowSample> choose(List<WindowSample> shapes, OptionalInt d) {
    return shapes.stream()
        .filter(sample -> d.isEmpty() || sample.d == d.getAsInt())
        .max(Comparator.comparingLong(sample -> sample.seen));
  }
}
