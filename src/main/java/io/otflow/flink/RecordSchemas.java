package io.otflow.flink;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the job writes to Kafka: values in Avro's single-object encoding. Records carry the time of
 * writing, not of the event, so that a replay of old events is not deleted by the topic's
 * retention.
 */
final class RecordSchemas {

  private RecordSchemas() {}

  /** Scores; the key is the event's, or else its id. */
  record Scores(String topic) implements KafkaRecordSerializationSchema<ScoredEvent> {
    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        ScoredEvent event, KafkaSinkContext context, Long timestamp) {
      String key = event.key == null ? event.id : event.key;
      return new ProducerRecord<>(
          topic, key.getBytes(StandardCharsets.UTF_8), SingleObject.encode(toAvro(event)));
    }
  }

  /** Refused records; the key is theirs. */
  record DeadLetters(String topic) implements KafkaRecordSerializationSchema<DeadLetter> {
    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        DeadLetter letter, KafkaSinkContext context, Long timestamp) {
      return new ProducerRecord<>(topic, letter.key, SingleObject.encode(toAvro(letter)));
    }
  }

  /**
   * Models; all have one key, so that a compacted topic keeps the newest, which is all that a
   * scorer needs. Older ones are in the snapshot directory. The version is also a header, as
   * decimal text.
   */
  record Models(String topic) implements KafkaRecordSerializationSchema<byte[]> {

    private static final String KEY = "model";
    private static final String VERSION = "version";

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        byte[] snapshot, KafkaSinkContext context, Long timestamp) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, KEY.getBytes(StandardCharsets.UTF_8), snapshot);
      record
          .headers()
          .add(VERSION, Long.toString(version(snapshot)).getBytes(StandardCharsets.UTF_8));
      return record;
    }

    private static long version(byte[] snapshot) {
      try {
        return SnapshotCodec.fromBytes(snapshot).version();
      } catch (DecodeException e) {
        throw new IllegalStateException("the trainer's own snapshot cannot be read", e);
      }
    }
  }

  static AnomalyScore toAvro(ScoredEvent event) {
    return AnomalyScore.newBuilder()
        .setId(event.id)
        .setKey(event.key)
        .setEventTime(Instant.ofEpochMilli(event.eventTime))
        .setStatus(event.scored ? ScoreStatus.SCORED : ScoreStatus.WARMING_UP)
        .setLogLikelihood(event.scored ? (Double) event.logLikelihood : null)
        .setErrorEstimate(numberOrNull(event.errorEstimate))
        .setPValue(numberOrNull(event.pValue))
        .setThreshold(numberOrNull(event.threshold))
        .setAnomaly(event.anomaly)
        .setModelVersion(event.scored ? (Long) event.modelVersion : null)
        .setScoredAt(Instant.ofEpochMilli(event.scoredAt))
        .setTopic(event.topic)
        .setPartition(event.partition)
        .setOffset(event.offset)
        .build();
  }

  static io.otflow.avro.DeadLetter toAvro(DeadLetter letter) {
    return io.otflow.avro.DeadLetter.newBuilder()
        .setTopic(letter.topic)
        .setPartition(letter.partition)
        .setOffset(letter.offset)
        .setRecordTime(Instant.ofEpochMilli(letter.recordTime))
        .setReason(letter.reason)
        .setKey(letter.key == null ? null : ByteBuffer.wrap(letter.key))
        .setValue(letter.value == null ? null : ByteBuffer.wrap(letter.value))
        .build();
  }

  private static Double numberOrNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
