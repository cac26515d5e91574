package io.otflow.flink;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A uniform sample of at most k rows, without replacement: those with the k smallest priorities.
 * Priorities are hashes of where a row came from, so the sample does not depend on the order of
 * arrival, two samples merge into the sample of the union, and a replay gives the same sample.
 * O(log k) a row, k·(8d + 12) bytes at most. Not thread-safe.
 */
final class BottomK {

  /** Values kept at first, and at most, of however long rows: 128 kB and 128 MB. */
  private static final int FIRST_VALUES = 1 << 14;

  private static final int MOST_VALUES = 1 << 24;

  private final int k;
  private final int d;
  private long seen;
  private int size;

  /** Max-heap: heap[0] is the largest priority kept; slot[i] is the row of heap[i]. */
  private long[] heap;

  private int[] slot;
  private double[] rows;

  BottomK(int k, int d) {
    this.k = Math.min(k, Math.max(1, MOST_VALUES / d));
    this.d = d;
    int capacity = Math.min(this.k, Math.max(1, FIRST_VALUES / d));
    heap = new long[capacity];
    slot = new int[capacity];
    rows = new double[capacity * d];
  }

  /** Rows offered so far, kept or not. */
  long seen() {
    return seen;
  }

  /** Bytes that it takes. */
  long bytes() {
    return 8L * rows.length + 12L * heap.length;
  }

  /** Whether the next row can make it take more bytes. */
  boolean growing() {
    return size < k;
  }

  /** Rows kept. */
  int size() {
    return size;
  }

  int d() {
    return d;
  }

  /** Offers the row of d values at an offset of an array. */
  void add(long priority, double[] source, int offset) {
    seen++;
    keep(priority, source, offset);
  }

  /** Takes in a sample of other rows of the same d. */
  void merge(WindowSample sample) {
    seen += sample.seen;
    double[] values = sample.values();
    for (int i = 0; i < sample.priorities.length; i++) {
      keep(sample.priorities[i], values, i * d);
    }
  }

  private void keep(long priority, double[] source, int offset) {
    if (size < k) {
      grow();
      int row = size;
      System.arraycopy(source, offset, rows, row * d, d);
      size++;
      siftUp(size - 1, priority, row);
    } else if (priority < heap[0]) {
      int row = slot[0];
      System.arraycopy(source, offset, rows, row * d, d);
      siftDown(priority, row);
    }
  }

  /** The sample, rows in ascending order of priority. */
  WindowSample toSample(long windowStart, long windowEnd) {
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingLong(i -> heap[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    WindowSample sample = new WindowSample();
    sample.windowStart = windowStart;
    sample.windowEnd = windowEnd;
    sample.seen = seen;
    sample.d = d;
    sample.exact = new double[size * d];
    sample.priorities = new long[size];
    for (int i = 0; i < size; i++) {
      sample.priorities[i] = heap[order[i]];
      System.arraycopy(rows, slot[order[i]] * d, sample.exact, i * d, d);
    }
    return sample;
  }

  private void grow() {
    if (size == heap.length) {
      int capacity = Math.min(k, 2 * size);
      heap = Arrays.copyOf(heap, capacity);
      slot = Arrays.copyOf(slot, capacity);
      rows = Arrays.copyOf(rows, capacity * d);
    }
  }

  private void siftUp(int start, long priority, int row) {
    int i = start;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (heap[parent] >= priority) {
        break;
      }
      heap[i] = heap[parent];
      slot[i] = slot[parent];
      i = parent;
    }
    heap[i] = priority;
    slot[i] = row;
  }

  private void siftDown(long priority, int row) {
    int i = 0;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= priority) {
        break;
      }
      heap[i] = heap[child];
      slot[i] = slot[child];
      i = child;
    }
    heap[i] = priority;
    slot[i] = row;
  }
}
