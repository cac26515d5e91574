package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.mapped.InputFormat;
import io.otflow.codec.mapped.RecordDecoder;
import io.otflow.codec.mapped.RecordPlace;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * One record of the features topic, decoded or not. Its fields are public, but nothing changes them
 * once the record has been read, so that Flink need not copy it from one operator to the next.
 */
public final class FeatureEvent {

  /** How it crosses the wire. */
  public static final TypeInformation<FeatureEvent> TYPE =
      new ValueType<>(FeatureEvent.class, new FeatureEventSerializer());

  private static final RecordDecoder FEATURE_VECTORS = InputFormat.FEATURE_VECTORS.decoder();

  /** Unique name; null if undecodable. */
  public String id;

  /** What it is about; may be null. */
  public String key;

  /** Milliseconds since 1970; Kafka's time of the record if undecodable. */
  public long eventTime;

  /** The d features; null if undecodable. */
  public float[] features;

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
    try {
      return of(
          new RecordPlace(topic, partition, offset, recordTime, rawKey), rawValue, FEATURE_VECTORS);
    } catch (IOException e) {
      throw new IllegalStateException("a feature vector is decoded without asking anybody", e);
    }
  }

  /**
   * Decodes a record. What cannot be decoded says why.
   *
   * @param place where it was read from
   * @param value its value; may be null; not copied
   * @param decoder what decodes it
   * @return the event
   * @throws IOException if that cannot be done now
   */
  static FeatureEvent of(RecordPlace place, byte[] value, RecordDecoder decoder)
      throws IOException {
    FeatureEvent event = new FeatureEvent();
    event.topic = place.topic();
    event.partition = place.partition();
    event.offset = place.offset();
    event.recordTime = place.timeMillis();
    event.eventTime = place.timeMillis();
    event.rawKey = place.key();
    event.rawValue = value;
    try {
      FeatureValues values = decoder.decode(value, place);
      event.id = values.id();
      event.key = values.key();
      event.eventTime = values.eventTimeMillis();
      event.features = values.features();
      event.carried = values.carried();
    } catch (DecodeException e) {
      event.failure = e.getMessage();
    } catch (RuntimeException e) {
      event.failure = "the value cannot be decoded: " + e;
    }
    return event;
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
