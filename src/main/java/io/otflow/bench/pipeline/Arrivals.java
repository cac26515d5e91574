package io.otflow.bench.pipeline;

import java.util.Map;
import java.util.TreeMap;

/**
 * When the broker took in the records of a run: a count for each millisecond. The rate of a run is
 * that between two quantiles of its records, so that neither the start of the job, nor its end,
 * where one subtask may be done before another, count. Not thread-safe.
 */
final class Arrivals {

  /** Share of the records left out at either end. */
  static final double TRIM = 0.05;

  private final TreeMap<Long, Integer> counts = new TreeMap<>();
  private long total;

  void add(long timeMillis) {
    counts.merge(timeMillis, 1, Integer::sum);
    total++;
  }

  long total() {
    return total;
  }

  /**
   * When so many of the records had come.
   *
   * @param share in [0, 1]
   * @return the first millisecond by whose end at least that share was there
   */
  long quantileMillis(double share) {
    long wanted = (long) Math.ceil(share * total);
    long before = 0;
    for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
      before += entry.getValue();
      if (before >= wanted) {
        return entry.getKey();
      }
    }
    throw new IllegalStateException("no record came");
  }

  /** Start of the measured time, milliseconds since 1970. */
  long fromMillis() {
    return quantileMillis(TRIM);
  }

  /** End of the measured time, milliseconds since 1970. */
  long toMillis() {
    return quantileMillis(1 - TRIM);
  }

  /** Records a second in the measured time, which is taken to be at least one millisecond. */
  double perSecond() {
    return 1000 * (1 - 2 * TRIM) * total / Math.max(1, toMillis() - fromMillis());
  }
}
