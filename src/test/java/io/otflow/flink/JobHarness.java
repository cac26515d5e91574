package io.otflow.flink;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.FeatureVector;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.local.EmbeddedBroker;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of one test on a broker: makes them, fills them, reads them. */
final class JobHarness implements AutoCloseable {

  static final int PARTITIONS = 4;

  private final EmbeddedBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  final JobConfig.TopicNames topics;

  JobHarness(EmbeddedBroker broker, String name) {
    this.broker = broker;
    topics =
        new JobConfig.TopicNames(
            name + "-features",
            name + "-scores",
            name + "-anomalies",
            name + "-models",
            name + "-dead-letters");
    for (String topic : topics.all()) {
      int partitions = topic.equals(topics.models()) ? 1 : PARTITIONS;
      Topics.ensure(client(), topic, partitions, Map.of());
    }
    producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  Properties client() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", broker.bootstrapServers());
    return properties;
  }

  void sendBytes(int partition, byte[] value) {
    var unused = producer.send(new ProducerRecord<>(topics.features(), partition, null, value));
  }

  void send(String id, int partition, long eventTime, Double... features) {
    sendBytes(
        partition,
        SingleObject.encode(
            new FeatureVector(id, null, Instant.ofEpochMilli(eventTime), List.of(features))));
  }

  /** Events e0, e1, … round the partitions, 20 ms of event time apart. */
  void sendNumbered(int from, int to) {
    for (int i = from; i < to; i++) {
      send("e" + i, i % PARTITIONS, i * 20L, (double) (i % 7), 1.0);
    }
    producer.flush();
  }

  List<AnomalyScore> scores() throws Exception {
    return read(topics.scores(), AnomalyScore.class);
  }

  List<ModelSnapshot> models() throws Exception {
    List<ModelSnapshot> models = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topics.models())) {
      models.add(SnapshotCodec.fromBytes(record.value()));
    }
    return models;
  }

  /** Waits until a version has been published. */
  void awaitModel(long version) throws Exception {
    Await.until(
        "model " + version,
        () -> version == 0 || models().stream().anyMatch(m -> m.version() >= version));
  }

  /** Waits until so many scores are committed. */
  void awaitScores(int count) throws Exception {
    Await.until(count + " scores", () -> read(topics.scores()).size() >= count);
  }

  /**
   * The committed of all records that a topic holds at present. It waits for the transactions among
   * them: a broker answers that a transaction is committed before it is to be read.
   */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client())) {
      List<TopicPartition> partitions = Clients.readFromBeginning(consumer, List.of(topic));
      Map<TopicPartition, Long> ends = ends(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      Await.until(
          "what the transactions of " + topic + " hold",
          () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p));
          });
      return records;
    }
  }

  /** The ends of partitions, open transactions included. */
  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
    Properties uncommitted = client();
    uncommitted.setProperty("isolation.level", "read_uncommitted");
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(uncommitted)) {
      return consumer.endOffsets(partitions);
    }
  }

  <T extends SpecificRecord> List<T> read(String topic, Class<T> type) throws Exception {
    List<T> values = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topic)) {
      values.add(SingleObject.decode(record.value(), type));
    }
    return values;
  }

  @Override
  public void close() {
    producer.close();
  }
}
