package io.otflow.flink;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The open windows of a subtask, or parts of windows where a drift cuts them short, each with a
 * sample for each number of features that was seen in it. Without time windows there is one, whose
 * bounds are those of its events. Not thread-safe.
 */
final class WindowSampler {

  /** Numbers of features that are told apart in a window; a stream has one. */
  static final int MAX_SHAPES = 4;

  /** Windows that are open at a time; a stream has a few, unless its times are nonsense. */
  static final int MAX_OPEN = 64;

  /** Bytes of all samples together, from which on only full ones take rows. */
  private static final long MAX_BYTES = 256L << 20;

  private static final long COUNTED = 0;

  private final SampleSettings settings;
  private final TreeMap<Long, Window> open = new TreeMap<>();

  private static final class Window {
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    long seen;
    final Map<Integer, BottomK> samples = new TreeMap<>();
  }

  WindowSampler(SampleSettings settings) {
    this.settings = settings;
  }

  /**
   * Offers a valid event; false if its window holds too many numbers of features already, or lies
   * behind as many open windows as there may be, or all samples together are as large as they may
   * be. Of too many windows the last gives way to an earlier one.
   */
  boolean add(FeatureEvent event) {
    int d = event.features.length;
    long key = keyOf(event.eventTime);
    if (open.size() >= MAX_OPEN && !open.containsKey(key)) {
      if (key > open.lastKey()) {
        return false;
      }
      open.pollLastEntry();
    }
    Window window = open.computeIfAbsent(key, unused -> new Window());
    BottomK sample = sampleOf(window, d);
    if (sample == null || (sample.growing() && bytes() >= MAX_BYTES)) {
      return false;
    }
    if (settings.counted()) {
      window.start = Math.min(window.start, event.eventTime);
      window.end = Math.max(window.end, after(event.eventTime));
    } else {
      window.start = key;
      window.end = settings.partEnd(event.eventTime);
    }
    window.seen++;
    long priority = Hashing.priority(settings.seed(), event.topic, event.partition, event.offset);
    sample.add(priority, event.features, 0);
    return true;
  }

  private long bytes() {
    long sum = 0;
    for (Window window : open.values()) {
      for (BottomK sample : window.samples.values()) {
        sum += sample.bytes();
      }
    }
    return sum;
  }

  /** Takes in a part of a window that was in state. */
  void restore(WindowSample part) {
    Window window =
        open.computeIfAbsent(settings.counted() ? COUNTED : part.windowStart, key -> new Window());
    BottomK sample = sampleOf(window, part.d);
    if (sample != null) {
      window.start = Math.min(window.start, part.windowStart);
      window.end = Math.max(window.end, part.windowEnd);
      window.seen += part.seen;
      sample.merge(part);
    }
  }

  private BottomK sampleOf(Window window, int d) {
    BottomK sample = window.samples.get(d);
    if (sample == null && window.samples.size() < MAX_SHAPES) {
      sample = new BottomK(settings.size(), d);
      window.samples.put(d, sample);
    }
    return sample;
  }

  /** Hands out and forgets the windows that end at or before a time. */
  void closeUpTo(long timeMillis, Consumer<WindowSample> out) {
    Iterator<Window> windows = open.values().iterator();
    while (windows.hasNext()) {
      Window window = windows.next();
      if (window.end <= timeMillis) {
        parts(window).forEach(out);
        windows.remove();
      }
    }
  }

  /** Hands out and forgets everything. */
  void closeAll(Consumer<WindowSample> out) {
    contents().forEach(out);
    open.clear();
  }

  /** Events in the counted window so far. */
  long seen() {
    Window window = open.get(COUNTED);
    return window == null ? 0 : window.seen;
  }

  /** All that is kept, for state. */
  List<WindowSample> contents() {
    List<WindowSample> all = new ArrayList<>();
    open.values().forEach(window -> all.addAll(parts(window)));
    return all;
  }

  private long keyOf(long eventTime) {
    return settings.counted() ? COUNTED : settings.partStart(eventTime);
  }

  private static long after(long time) {
    return time == Long.MAX_VALUE ? time : time + 1;
  }

  private static List<WindowSample> parts(Window window) {
    return window.samples.values().stream()
        .map(sample -> sample.toSample(window.start, window.end))
        .toList();
  }
}
