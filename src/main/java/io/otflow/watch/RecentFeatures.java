package io.otflow.watch;

import java.util.HashMap;
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
  private final Map<Integer, Long> newestByPartition = new HashMap<>();
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

  /** Notes that a partition was read as far as an event, whether or not it has features. */
  void reached(int partition, long offset) {
    newestByPartition.merge(partition, offset, Math::max);
  }

  /** Whether its partition was read as far as an event: what is not known of it will not come. */
  boolean isPast(int partition, long offset) {
    return newestByPartition.getOrDefault(partition, -1L) >= offset;
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
