package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.FeatureVectorDecoder;
import io.otflow.codec.mapped.RecordDecoder;
import io.otflow.codec.mapped.RecordPlace;
import io.otflow.kafka.RecordPlaces;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record of the features topic, decoded or not. Its fields are public, but nothing changes them
 * once the record has been read, so that Flink need not copy it from one operator to the next.
 */
public final class FeatureEvent {

  /** How it crosses the wire. */
  public static final TypeInformation<FeatureEvent> TYPE =
      new ValueType<>(FeatureEvent.class, new FeatureEventSerializer());

  /** Unique name; null if undecodable. */
  public String id;

  /** What it is about; may be null. */
  public String key;

  /** Milliseconds since 1970; Kafka's time of the record if undecodable. */
  public long eventTime;

  /** The d features; null if undecodable. */
  public double[] features;

  /** Where it was read from. */
  public String topic;

  /** Its partition. */
  public int partition;

  /** Its offset. */
  public long offset;

  /** Kafka's time of the record, milliseconds since 1970. */
  public long recordTime;

  /** The record's key as it was; may be null. */
  public byte[] rawKey;

  /** The record's value as it was; null for a tombstone. */
  public byte[] rawValue;

  /** Fields that come out with the score, by name; empty if there are none. */
  public Map<String, String> carried = Map.of();

  /** Why it could not be decoded; null if it was. */
  public String failure;

  /** Whether its fields were those of another schema than ours, mapped. */
  public boolean mapped;

  /** An event with nothing in it. */
  FeatureEvent() {}

  /**
   * Decodes a feature vector. Never throws: what cannot be decoded says why.
   *
   * @param topic where it was read from
   * @param partition its partition
   * @param offset its offset
   * @param recordTime Kafka's time of the record, milliseconds since 1970
   * @param rawKey its key; may be null; not copied
   * @param rawValue its value; may be null; not copied
   * @return the event
   */
  static FeatureEvent of(
      String topic, int partition, long offset, long recordTime, byte[] rawKey, byte[] rawValue) {
    FeatureEvent event = undecoded(topic, partition, offset, recordTime, rawKey, rawValue);
    try {
      event.take(FeatureVectorDecoder.decode(rawValue));
    } catch (DecodeException | RuntimeException e) {
      event.refuse(e);
    }
    return event;
  }

  /**
   * Decodes a record of another schema. What cannot be decoded says why.
   *
   * @param place where it was read from
   * @param value its value; may be null; not copied
   * @param decoder what decodes it
   * @return the event
   * @throws IOException if that cannot be done now
   */
  static FeatureEvent mapped(RecordPlace place, byte[] value, RecordDecoder decoder)
      throws IOException {
    FeatureEvent event =
        undecoded(
            place.topic(),
            place.partition(),
            place.offset(),
            place.timeMillis(),
            place.key(),
            value);
    event.mapped = true;
    try {
      event.take(decoder.decode(value, place));
    } catch (DecodeException | RuntimeException e) {
      event.refuse(e);
    }
    return event;
  }

  /**
   * Decodes a record of Kafka. What cannot be decoded says why.
   *
   * @param record the record
   * @param decoder of records of another schema; null for feature vectors
   * @return the event
   * @throws IOException if that cannot be done now
   */
  static FeatureEvent read(ConsumerRecord<byte[], byte[]> record, RecordDecoder decoder)
      throws IOException {
    return decoder == null
        ? of(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            record.key(),
            record.value())
        : mapped(RecordPlaces.of(record), record.value(), decoder);
  }

  /**
   * An event that comes from elsewhere than a record of Kafka.
   *
   * @param values what it is
   * @param topic topic that it would be read from
   * @param partition its partition
   * @param offset its offset
   * @return the event
   */
  public static FeatureEvent of(FeatureValues values, String topic, int partition, long offset) {
    FeatureEvent event = undecoded(topic, partition, offset, values.eventTimeMillis(), null, null);
    event.take(values);
    return event;
  }

  /** A record of which nothing but the bytes is known. */
  static FeatureEvent undecoded(
      String topic, int partition, long offset, long recordTime, byte[] rawKey, byte[] rawValue) {
    FeatureEvent event = new FeatureEvent();
    event.topic = topic;
    event.partition = partition;
    event.offset = offset;
    event.recordTime = recordTime;
    event.eventTime = recordTime;
    event.rawKey = rawKey;
    event.rawValue = rawValue;
    return event;
  }

  private void take(FeatureValues values) {
    id = values.id();
    key = values.key();
    eventTime = values.eventTimeMillis();
    features = values.features();
    carried = values.carried();
  }

  private void refuse(Exception e) {
    failure = e instanceof DecodeException ? e.getMessage() : "the value cannot be decoded: " + e;
  }

  /**
   * Whether the record could be decoded.
   *
   * @return whether id, eventTime and features are set
   */
  public boolean decoded() {
    return failure == null;
  }
}
