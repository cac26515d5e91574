package io.otflow.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * One record of the features topic, decoded or not. A Flink POJO: mutable public fields, but
 * nothing changes them once the source has filled them.
 */
public final class FeatureEvent {

  /** How it crosses the wire. */
  public static final TypeInformation<FeatureEvent> TYPE = Types.POJO(FeatureEvent.class);

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

  /** For Flink. */
  public FeatureEvent() {}

  /**
   * Whether the record could be decoded.
   *
   * @return whether id, eventTime and features are set
   */
  public boolean decoded() {
    return failure == null;
  }
}
