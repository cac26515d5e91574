package io.otflow.cluster;

import io.otflow.kafka.Clients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Follows topics on a thread of its own as a reader of committed records does, keeps every value,
 * and the times between those of one topic.
 */
final class OutputWatcher implements AutoCloseable {

  private final Properties client;
  private final Map<String, List<byte[]>> values = new ConcurrentHashMap<>();
  private final String timed;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile long newestNanos;
  private volatile long longestGapNanos;

  /**
   * Starts to follow.
   *
   * @param client properties of Kafka's clients
   * @param topics the topics
   * @param timed the one whose gaps are measured
   */
  OutputWatcher(Properties client, Collection<String> topics, String timed) {
    this.client = new Properties();
    this.client.putAll(client);
    this.client.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "600000");
    this.timed = timed;
    topics.forEach(topic -> values.put(topic, new ArrayList<>()));
    thread = new Thread(this::run, "output-watcher");
    thread.start();
  }

  private void run() {
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
      var unused = Clients.readFromBeginning(consumer, values.keySet());
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
          add(record);
        }
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    List<byte[]> list = values.get(record.topic());
    synchronized (list) {
      list.add(record.value());
    }
    if (record.topic().equals(timed)) {
      long now = System.nanoTime();
      if (newestNanos != 0) {
        longestGapNanos = Math.max(longestGapNanos, now - newestNanos);
      }
      newestNanos = now;
    }
  }

  /** All values of a topic so far. */
  List<byte[]> values(String topic) {
    if (failure.get() != null) {
      throw new IllegalStateException("the output cannot be read", failure.get());
    }
    List<byte[]> list = values.get(topic);
    synchronized (list) {
      return List.copyOf(list);
    }
  }

  /** How many values of a topic there are so far. */
  int count(String topic) {
    List<byte[]> list = values.get(topic);
    synchronized (list) {
      return list.size();
    }
  }

  /** Longest time without a new value of the timed topic. */
  Duration longestGap() {
    return Duration.ofNanos(longestGapNanos);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
