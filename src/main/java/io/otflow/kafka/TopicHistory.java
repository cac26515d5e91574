package io.otflow.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a topic holds at present, its newest records alone or all of them. */
public final class TopicHistory {

  private static final Duration POLL = Duration.ofMillis(200);

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
      List<TopicPartition> partitions = Clients.partitions(consumer, List.of(topic));
      Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> left = new HashMap<>(consumer.endOffsets(partitions));
      consumer.assign(partitions);
      left.forEach(
          (partition, end) ->
              consumer.seek(partition, Math.max(first.get(partition), end - newest)));
      left.entrySet().removeIf(entry -> consumer.position(entry.getKey()) >= entry.getValue());
      while (!left.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Long end = left.get(new TopicPartition(record.topic(), record.partition()));
          if (end != null && record.offset() < end) {
            use.accept(record);
          }
        }
        left.entrySet().removeIf(entry -> consumer.position(entry.getKey()) >= entry.getValue());
      }
    }
  }
}
