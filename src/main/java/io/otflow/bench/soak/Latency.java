package io.otflow.bench.soak;

import org.HdrHistogram.Histogram;

/**
 * Latencies of many events, milliseconds from the send of the record to its score.
 *
 * @param events how many
 * @param p50 their median
 * @param p99 their 99 % quantile
 * @param p999 their 99.9 % quantile
 * @param max the longest
 */
public record Latency(long events, long p50, long p99, long p999, long max) {

  static Latency of(Histogram millis) {
    return new Latency(
        millis.getTotalCount(),
        millis.getValueAtPercentile(50),
        millis.getValueAtPercentile(99),
        millis.getValueAtPercentile(99.9),
        millis.getMaxValue());
  }
}
