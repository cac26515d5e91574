package io.otflow.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Clients of the command line, set up so that nothing is lost, doubled, or read uncommitted. */
public final class Clients {

  /**
   * The largest record of any topic: a model, or a dead letter of a large record, is one record.
   */
  public static final int LARGEST_RECORD_BYTES = 64 << 20;

  /**
   * What a producer needs for records of that size, whose defaults are 1 MB and 32 MB: a record
   * must fit in its memory whole. The memory is taken as it is needed.
   */
  public static final Map<String, String> LARGE_RECORDS =
      Map.of(
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
          Integer.toString(LARGEST_RECORD_BYTES),
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          Integer.toString(LARGEST_RECORD_BYTES + (16 << 20)));

  private Clients() {}

  /**
   * A producer that waits for every replica and never doubles a record.
   *
   * @param client properties of Kafka's clients; they win over what is set here
   * @return the producer
   * @throws BrokerException if it cannot be set up
   */
  public static KafkaProducer<byte[], byte[]> producer(Properties client) {
    Properties p = new Properties();
    p.put(ProducerConfig.ACKS_CONFIG, "all");
    p.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    p.put(ProducerConfig.LINGER_MS_CONFIG, "20");
    p.put(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
    p.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    p.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, String.valueOf(Topics.TIMEOUT_MILLIS));
    p.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, String.valueOf(Topics.TIMEOUT_MILLIS));
    p.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, String.valueOf(3 * Topics.TIMEOUT_MILLIS));
    p.putAll(client);
    try {
      return new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw BrokerException.of("set up a producer", client, e);
    }
  }

  /**
   * Lets a consumer read all partitions of topics from their beginning.
   *
   * @param consumer the consumer
   * @param topics the topics, which exist
   * @return the partitions
   */
  public static List<TopicPartition> readFromBeginning(
      KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    List<TopicPartition> partitions = partitions(consumer, topics);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return partitions;
  }

  /**
   * The partitions of topics.
   *
   * @param consumer asks the broker
   * @param topics the topics, which exist
   * @return all of them
   */
  public static List<TopicPartition> partitions(
      KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    return topics.stream()
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .toList();
  }

  /**
   * A consumer of committed records that keeps no offsets.
   *
   * @param client properties of Kafka's clients; they win over what is set here
   * @return the consumer
   * @throws BrokerException if it cannot be set up
   */
  public static KafkaConsumer<byte[], byte[]> consumer(Properties client) {
    Properties p = new Properties();
    p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    p.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, String.valueOf(Topics.TIMEOUT_MILLIS));
    p.putAll(client);
    try {
      return new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw BrokerException.of("set up a consumer", client, e);
    }
  }
}
