package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.RecordJson;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the job writes to Kafka: values in Avro's single-object encoding, or in JSON. Records carry
 * the time of writing, not of the event, so that a replay of old events is not deleted by the
 * topic's retention.
 */
final class RecordSchemas {

  /** What a record and a batch are beside key and value, amply. */
  static final int OVERHEAD = 2048;

  private RecordSchemas() {}

  /** Scores; the key is the event's, or else its id. */
  static final class Scores implements KafkaRecordSerializationSchema<ScoredEvent> {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private final OutputFormat format;
    private transient ScoreWriter encoder;

    Scores(String topic, OutputFormat format) {
      this.topic = topic;
      this.format = format;
    }

    @Override
    public void open(
        SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
      encoder = format == OutputFormat.JSON ? new JsonScoreEncoder() : new ScoreEncoder();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        ScoredEvent event, KafkaSinkContext context, Long timestamp) {
      byte[] id = event.id.getBytes(StandardCharsets.UTF_8);
      byte[] key = event.key == null ? null : event.key.getBytes(StandardCharsets.UTF_8);
      return new ProducerRecord<>(topic, key == null ? id : key, encoder.encode(event, id, key));
    }
  }

  /**
   * Refused records; the key is theirs. What the topic cannot take is cut, and the reason says so:
   * a record that is too large to tell of must not stop the job.
   *
   * @param topic the topic
   * @param maxBytes largest record that it takes
   * @param format how it is written; in JSON key and value grow by a third
   */
  record DeadLetters(String topic, int maxBytes, OutputFormat format)
      implements KafkaRecordSerializationSchema<DeadLetter> {

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        DeadLetter letter, KafkaSinkContext context, Long timestamp) {
      int room = maxBytes - OVERHEAD - letter.reason.getBytes(StandardCharsets.UTF_8).length;
      if (format == OutputFormat.JSON) {
        room = room / 4 * 3;
      }
      // The key goes twice, and gets a quarter of the room.
      byte[] key = cut(letter.key, Math.max(0, room) / 4);
      byte[] value = cut(letter.value, Math.max(0, room) - 2 * length(key));
      String reason = letter.reason;
      if (length(key) < length(letter.key) || length(value) < length(letter.value)) {
        reason =
            String.format(
                "%s; cut here to %d of the key's %d bytes and %d of the value's %d, for the topic"
                    + " takes no more",
                reason, length(key), length(letter.key), length(value), length(letter.value));
      }
      io.otflow.avro.DeadLetter record = toAvro(letter, reason, key, value);
      return new ProducerRecord<>(
          topic,
          key,
          format == OutputFormat.JSON ? RecordJson.bytes(record) : SingleObject.encode(record));
    }

    private static byte[] cut(byte[] bytes, int most) {
      return length(bytes) <= most ? bytes : Arrays.copyOf(bytes, most);
    }

    private static int length(byte[] bytes) {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /**
   * Models; all have one key, so that a compacted topic keeps the newest, which is all that a
   * scorer needs. Older ones are in the snapshot directory. The version is also a header, as
   * decimal text. Answers to commands have another key.
   */
  record Models(String topic) implements KafkaRecordSerializationSchema<byte[]> {

    private static final String KEY = "model";
    private static final String VERSION = "version";

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        byte[] snapshot, KafkaSinkContext context, Long timestamp) {
      if (ModelCommands.isAnswer(snapshot)) {
        return new ProducerRecord<>(topic, ModelCommands.key(), snapshot);
      }
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

  private static io.otflow.avro.DeadLetter toAvro(
      DeadLetter letter, String reason, byte[] key, byte[] value) {
    return io.otflow.avro.DeadLetter.newBuilder()
        .setTopic(letter.topic)
        .setPartition(letter.partition)
        .setOffset(letter.offset)
        .setRecordTime(Instant.ofEpochMilli(letter.recordTime))
        .setReason(reason)
        .setKey(key == null ? null : ByteBuffer.wrap(key))
        .setValue(value == null ? null : ByteBuffer.wrap(value))
        .build();
  }
}
