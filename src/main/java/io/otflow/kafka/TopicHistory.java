package io.otflow.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** What a topic holds at present, its newest records alone or all of them. */
public final class TopicHistory {

  private static final Duration POLL = Duration.ofMillis(200);

  /** Longest that nothing may come. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private TopicHistory() {}

  /**
   * Reads committed records up to the present end of each partition, each partition in order.
   *
   * @param client properties of Kafka's clients
   * @param topic its name
   * @param newest how many offsets before the end reading starts, in each partition
   * @param use called for each record
   * @throws BrokerException if the broker cannot be reached or refuses
   */
  public static void read(
      Properties client, String topic, long newest, Consumer<ConsumerRecord<byte[], byte[]>> use) {
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
      read(consumer, topic, newest, use);
    } catch (KafkaException e) {
      throw BrokerException.of("read topic '" + topic + "'", client, e);
    }
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      String topic,
      long newest,
      Consumer<ConsumerRecord<byte[], byte[]>> use) {
    List<TopicPartition> partitions = Clients.partitions(consumer, List.of(topic));
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> left = new HashMap<>(consumer.endOffsets(partitions));
    consumer.assign(partitions);
    left.forEach(
        (partition, end) -> consumer.seek(partition, Math.max(first.get(partition), end - newest)));
    left.entrySet().removeIf(entry -> consumer.position(entry.getKey()) >= entry.getValue());
    long news = System.nanoTime();
    long before = positions(consumer, left);
    while (!left.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Long end = left.get(new TopicPartition(record.topic(), record.partition()));
        if (end != null && record.offset() < end) {
          use.accept(record);
        }
      }
      long now = positions(consumer, left);
      if (now != before) {
        before = now;
        news = System.nanoTime();
      } else if (System.nanoTime() - news > PATIENCE_NANOS) {
        throw new TimeoutException("nothing came for 30 seconds");
      }
      left.entrySet().removeIf(entry -> consumer.position(entry.getKey()) >= entry.getValue());
    }
  }

  /**
   * The sum of the positions, which changes when anything comes, what a transaction ends with too.
   */
  private static long positions(
      KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> partitions) {
    return partitions.keySet().stream().mapToLong(consumer::position).sum();
  }
}
