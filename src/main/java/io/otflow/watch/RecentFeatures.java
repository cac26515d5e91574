package io.otflow.watch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Features of the newest events, by where they were read, until their scores come. The oldest go
 * when there are too many. Not thread-safe.
 */
final class RecentFeatures {

  private static final long MOST_BYTES = 64L << 20;
  private static final int ENTRY_BYTES = 120;

  private record Place(int partition, long offset) {}

  private final Map<Place, double[]> byPlace = new LinkedHashMap<>();
  private long bytes;

  void put(int partition, long offset, double[] features) {
    double[] before = byPlace.put(new Place(partition, offset), features);
    bytes += size(features) - (before == null ? 0 : size(before));
    var oldest = byPlace.entrySet().iterator();
    while (bytes > MOST_BYTES && oldest.hasNext()) {
      bytes -= size(oldest.next().getValue());
      oldest.remove();
    }
  }

  /** Whether the features of an event are known. */
  boolean has(int partition, long offset) {
    return byPlace.containsKey(new Place(partition, offset));
  }

  /** The features of an event, which are forgotten by it; null where they are not known. */
  double[] take(int partition, long offset) {
    double[] features = byPlace.remove(new Place(partition, offset));
    bytes -= features == null ? 0 : size(features);
    return features;
  }

  private static long size(double[] features) {
    return ENTRY_BYTES + (long) Double.BYTES * features.length;
  }
}
