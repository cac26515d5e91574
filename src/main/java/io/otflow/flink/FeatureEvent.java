package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.FeatureVectorDecoder;
import org.apache.flink.api.common.typeinfo.TypeInformation;

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

  /** Why it could not be decoded; null if it was. */
  public String failure;

  /** An event with nothing in it. */
  FeatureEvent() {}

  /**
   * Decodes a record. Never throws: what cannot be decoded says why.
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
    FeatureEvent event = new FeatureEvent();
    event.topic = topic;
    event.partition = partition;
    event.offset = offset;
    event.recordTime = recordTime;
    event.eventTime = recordTime;
    event.rawKey = rawKey;
    event.rawValue = rawValue;
    try {
      FeatureValues values = FeatureVectorDecoder.decode(rawValue);
      event.id = values.id();
      event.key = values.key();
      event.eventTime = values.eventTimeMillis();
      event.features = values.features();
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
