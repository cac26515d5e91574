package io.otflow.bench.soak;

import io.otflow.avro.AnomalyScore;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.kafka.Clients;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Reads the scores as they are committed, on a thread of its own, and judges them. */
final class ScoreMonitor implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final Properties client;
  private final String topic;
  private final Thread thread;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final LatencyTimeline timeline = new LatencyTimeline();

  /** Events that have a score; 2^31 of them are weeks of a soak. */
  private final BitSet seen = new BitSet();

  private final Map<Long, Double> thresholds = new HashMap<>();
  private final Map<Long, Long> firstUse = new HashMap<>();

  /** Of each partition of the events and each version, the offsets that it scored. */
  private final Map<Integer, TreeMap<Long, LongSummaryStatistics>> offsets = new HashMap<>();

  private long scores;
  private long doubled;
  private long mixed;
  private volatile boolean closed;

  ScoreMonitor(Properties client, String topic) {
    this.client = client;
    this.topic = topic;
    thread = new Thread(this::run, "otflow-soak-monitor");
    thread.start();
  }

  private void run() {
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
      var unused = Clients.readFromBeginning(consumer, List.of(topic));
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          add(SingleObject.decode(record.value(), AnomalyScore.class));
        }
      }
    } catch (DecodeException | RuntimeException e) {
      failure.set(e);
    }
  }

  private synchronized void add(AnomalyScore score) {
    int event = (int) SoakProducer.number(score.getId());
    doubled += seen.get(event) ? 1 : 0;
    seen.set(event);
    scores++;
    long scoredAt = score.getScoredAt().toEpochMilli();
    timeline.add(scoredAt, scoredAt - score.getEventTime().toEpochMilli());
    long version = score.getModelVersion();
    // A score of a mix would have one model's version and another's threshold.
    Double threshold = thresholds.putIfAbsent(version, score.getThreshold());
    if (threshold != null && !threshold.equals(score.getThreshold())) {
      mixed++;
    }
    offsets
        .computeIfAbsent(score.getPartition(), partition -> new TreeMap<>())
        .computeIfAbsent(version, v -> new LongSummaryStatistics())
        .accept(score.getOffset());
    firstUse.merge(version, scoredAt, Math::min);
  }

  /** Scores so far, doubled ones too. */
  synchronized long scores() {
    if (failure.get() != null) {
      throw new IllegalStateException("the scores cannot be read", failure.get());
    }
    return scores;
  }

  /** Events below a number that have no score. */
  synchronized long missing(long events) {
    return events - seen.get(0, (int) events).cardinality();
  }

  /** Scores of events that had one already. */
  synchronized long doubled() {
    return doubled;
  }

  /**
   * Scores that do not belong to one model alone, and swaps that were not clean: in a partition all
   * that a version scored comes before all that the next one did.
   */
  synchronized long mixed() {
    long overlaps = 0;
    for (TreeMap<Long, LongSummaryStatistics> versions : offsets.values()) {
      long behind = -1;
      for (LongSummaryStatistics scored : versions.values()) {
        overlaps += scored.getMin() <= behind ? 1 : 0;
        behind = scored.getMax();
      }
    }
    return mixed + overlaps;
  }

  /** When each version but the first was used first, within a span of time, milliseconds. */
  synchronized Set<Long> swaps(long fromMillis, long toMillis) {
    Set<Long> times = new HashSet<>(firstUse.values());
    times.removeIf(time -> time < fromMillis || time >= toMillis);
    return times;
  }

  /** Latencies between two times. */
  synchronized Latency between(long fromMillis, long toMillis) {
    return timeline.between(fromMillis, toMillis);
  }

  /** Latencies around the swaps between two times. */
  synchronized Latency aroundSwaps(long fromMillis, long toMillis) {
    return timeline.around(fromMillis, toMillis, swaps(fromMillis, toMillis));
  }

  /** Latencies between two times, but not around swaps. */
  synchronized Latency elsewhere(long fromMillis, long toMillis) {
    return timeline.elsewhere(fromMillis, toMillis, swaps(fromMillis, toMillis));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
