package io.otflow.flink;

import io.otflow.flink.JobConfig.StartingOffsets;
import io.otflow.kafka.Clients;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The job's sources and sinks. */
final class KafkaEnds {

  /** Under the broker's default limit of 15 minutes, and well over any checkpoint interval. */
  private static final String TRANSACTION_TIMEOUT_MILLIS = "600000";

  /**
   * Batches that fill where the stream is dense, and wait no longer than this where it is not: with
   * Kafka's 16 kB and 5 ms a request holds about a hundred scores, and requests cost more than
   * scores.
   */
  private static final String PRODUCER_BATCH_BYTES = Integer.toString(128 << 10);

  private static final String PRODUCER_LINGER_MILLIS = "20";

  private final JobConfig config;

  KafkaEnds(JobConfig config) {
    this.config = config;
  }

  /** Events. */
  KafkaSource<FeatureEvent> features() {
    return source(
            config.kafka().topics().features(), new FeatureEventSchema(config.source().input()))
        .setStartingOffsets(offsets(config.source().startingOffsets()))
        .build();
  }

  /** Model snapshots, all that the topic has kept. */
  KafkaSource<byte[]> models() {
    return source(config.kafka().topics().models(), new Values(false))
        .setStartingOffsets(OffsetsInitializer.earliest())
        .build();
  }

  /** Commands to the trainer that come while the job runs, or since its state was saved. */
  KafkaSource<byte[]> commands() {
    return source(config.kafka().topics().models(), new Values(true))
        .setStartingOffsets(OffsetsInitializer.latest())
        .build();
  }

  /**
   * Clients without metrics in JMX: Flink shows the same ones. A producer that is closed by force,
   * as by a job that is cancelled, registers some of its own again behind the end (KAFKA-18337),
   * and through them every class of the job stays loaded.
   */
  private static Properties clientProperties() {
    Properties properties = new Properties();
    properties.setProperty(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    return properties;
  }

  private <T> KafkaSourceBuilder<T> source(
      String topic, KafkaRecordDeserializationSchema<T> schema) {
    Properties properties = clientProperties();
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.putAll(config.kafka().properties());
    KafkaSourceBuilder<T> builder =
        KafkaSource.<T>builder()
            .setBootstrapServers(config.kafka().bootstrapServers())
            .setGroupId(config.kafka().groupId())
            .setClientIdPrefix(config.kafka().groupId() + "-" + topic)
            .setTopics(topic)
            .setProperties(properties)
            .setDeserializer(schema);
    return config.bounded() ? builder.setBounded(OffsetsInitializer.latest()) : builder;
  }

  @SuppressWarnings("deprecation") // the connector takes no other type
  private static OffsetsInitializer offsets(StartingOffsets offsets) {
    return switch (offsets) {
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
    };
  }

  /** A topic that is written, with the guarantee that the job has. */
  <T> KafkaSink<T> sink(String topic, KafkaRecordSerializationSchema<T> schema) {
    return sink(topic, schema, config.kafka().delivery());
  }

  /** A topic that is written. */
  <T> KafkaSink<T> sink(
      String topic, KafkaRecordSerializationSchema<T> schema, DeliveryGuarantee delivery) {
    Properties properties = clientProperties();
    properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    properties.putAll(Clients.LARGE_RECORDS);
    properties.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, PRODUCER_LINGER_MILLIS);
    properties.putAll(config.kafka().properties());
    return KafkaSink.<T>builder()
        .setBootstrapServers(config.kafka().bootstrapServers())
        .setKafkaProducerConfig(properties)
        .setDeliveryGuarantee(delivery)
        .setTransactionalIdPrefix(config.kafka().groupId() + "-" + topic)
        .setRecordSerializer(schema)
        .build();
  }

  /** Values of the models topic as they are, of models or of commands; no tombstones. */
  private record Values(boolean commands) implements KafkaRecordDeserializationSchema<byte[]> {

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<byte[]> out) {
      if (record.value() != null && ModelCommands.isCommand(record.key()) == commands) {
        out.collect(record.value());
      }
    }

    @Override
    public TypeInformation<byte[]> getProducedType() {
      return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    }
  }
}
