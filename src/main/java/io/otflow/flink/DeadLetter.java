package io.otflow.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** A record that cannot be scored, and why. A Flink POJO. */
public final class DeadLetter {

  /** How it crosses the wire. */
  public static final TypeInformation<DeadLetter> TYPE = Types.POJO(DeadLetter.class);

  /** Where the record was read from. */
  public String topic;

  /** Its partition. */
  public int partition;

  /** Its offset. */
  public long offset;

  /** Kafka's time of the record, milliseconds since 1970. */
  public long recordTime;

  /** Why, in one sentence that names the value and the place. */
  public String reason;

  /** The record's key as it was; may be null. */
  public byte[] key;

  /** The record's value as it was; null for a tombstone. */
  public byte[] value;

  /** For Flink. */
  public DeadLetter() {}

  /**
   * A refused record.
   *
   * @param event the record
   * @param reason why, without the place, which is added
   * @return the dead letter
   */
  static DeadLetter of(FeatureEvent event, String reason) {
    DeadLetter letter = new DeadLetter();
    letter.topic = event.topic;
    letter.partition = event.partition;
    letter.offset = event.offset;
    letter.recordTime = event.recordTime;
    letter.reason =
        String.format(
            "%s (topic %s, partition %d, offset %d)",
            reason, event.topic, event.partition, event.offset);
    letter.key = event.rawKey;
    letter.value = event.rawValue;
    return letter;
  }
}
