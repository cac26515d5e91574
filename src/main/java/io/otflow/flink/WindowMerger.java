package io.otflow.flink;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Merges the subtasks' samples of each window, and of its parts, into one. Counted windows are one
 * window after another, each complete when enough events were seen.
 *
 * <p>A drift cuts the open window short: what came before is left out, and as soon as there is
 * enough of what came since, that is a window of its own, which stays open too. One that would end
 * before that goes on in the next. Not thread-safe.
 */
final class WindowMerger {

  private static final long COUNTED = 0;

  private final SampleSettings settings;
  private final TreeMap<Long, Map<Integer, Merged>> open = new TreeMap<>();
  private long closedUpTo = Long.MIN_VALUE;
  private DriftCut cut = DriftCut.NONE;

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
  void restore(List<WindowSample> samples, long lastClosed, DriftCut lastCut) {
    closedUpTo = lastClosed;
    cut = lastCut;
    samples.forEach(this::merge);
  }

  /** Adds a subtask's sample; false if its window is closed already. */
  boolean add(WindowSample sample) {
    if (!settings.counted() && sample.windowEnd <= closedUpTo) {
      return false;
    }
    if (sample.windowStart >= cut.since()) {
      merge(sample);
    }
    return true;
  }

  private void merge(WindowSample sample) {
    Merged merged =
        open.computeIfAbsent(keyOf(sample), end -> new TreeMap<>())
            .computeIfAbsent(sample.d, d -> new Merged(settings.size(), d));
    merged.start = Math.min(merged.start, sample.windowStart);
    merged.end = Math.max(merged.end, sample.windowEnd);
    merged.rows.merge(sample);
  }

  private long keyOf(WindowSample sample) {
    if (settings.counted()) {
      return COUNTED;
    }
    long end = settings.windowEnd(sample.windowEnd - 1);
    return cut.early() && end < cut.earlyEnd() ? settings.windowEnd(cut.earlyEnd() - 1) : end;
  }

  /**
   * Leaves out what came before a drift.
   *
   * @param since time of the event that the drift was called with
   * @param version version of the model whose p-values have drifted
   * @return false if a drift from that model has cut the window already
   */
  boolean cut(long since, long version) {
    if (version <= cut.version()) {
      return false;
    }
    cut = new DriftCut(since, settings.counted() ? 0 : settings.earlyEnd(since), version, true);
    open.values()
        .removeIf(window -> window.values().stream().anyMatch(merged -> merged.start < since));
    return true;
  }

  /** What the last drift has done, for state. */
  DriftCut lastCut() {
    return cut;
  }

  /**
   * Closes the windows that a watermark has passed, and hands out what there is since a drift;
   * ascending in time, each in all its shapes.
   */
  List<List<WindowSample>> closeUpTo(long watermark) {
    List<List<WindowSample>> closed = new ArrayList<>();
    if (settings.counted()) {
      return closed;
    }
    while (true) {
      long next = open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
      if (cut.early() && cut.earlyEnd() <= next && cut.earlyEnd() - 1 <= watermark) {
        cut = cut.done();
        if (!open.isEmpty() && cut.earlyEnd() < next) {
          closed.add(samples(open.firstEntry().getValue()));
        }
      } else if (!open.isEmpty() && next - 1 <= watermark) {
        closedUpTo = next;
        closed.add(samples(open.pollFirstEntry().getValue()));
      } else {
        return closed;
      }
    }
  }

  /**
   * Closes the counted window if it is complete, or hands it out if there is enough since a drift.
   */
  Optional<List<WindowSample>> closeCounted() {
    Map<Integer, Merged> window = open.get(COUNTED);
    if (!settings.counted() || window == null) {
      return Optional.empty();
    }
    long seen = window.values().stream().mapToLong(merged -> merged.rows.seen()).sum();
    if (seen >= settings.everyEvents()) {
      cut = cut.done();
      return closeRemainder();
    }
    if (cut.early() && seen >= settings.earlyEvents()) {
      cut = cut.done();
      return Optional.of(samples(window));
    }
    return Optional.empty();
  }

  /** Closes the first window there is, complete or not. */
  Optional<List<WindowSample>> closeRemainder() {
    return Optional.ofNullable(open.pollFirstEntry()).map(entry -> samples(entry.getValue()));
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
