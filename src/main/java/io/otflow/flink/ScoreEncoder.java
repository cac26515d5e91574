package io.otflow.flink;

import io.otflow.avro.AnomalyScore;
import io.otflow.codec.ByteWriter;
import io.otflow.codec.SingleObject;

/**
 * Encodes scores as {@code schemas/anomaly_score.avsc} has them, with Avro's single-object header,
 * field by field in the order of the schema. Written by hand because it runs once an event: it
 * allocates what it returns, and the bytes of the id. Not thread-safe.
 */
final class ScoreEncoder {

  private static final byte[] HEADER = SingleObject.header(AnomalyScore.class);

  /** Index of the status in its enum. */
  private static final int SCORED = 0;

  private static final int WARMING_UP = 1;

  /** Index of null in each union of the schema, and of what is not. */
  private static final int NULL = 0;

  private static final int PRESENT = 1;

  private final ByteWriter out = new ByteWriter();
  private final TopicName topics = new TopicName();

  /**
   * Encodes a score.
   *
   * @param event the score
   * @param id its id in UTF-8
   * @param key its key in UTF-8; null for none
   * @return header and body
   */
  byte[] encode(ScoredEvent event, byte[] id, byte[] key) {
    out.clear();
    out.writeRaw(HEADER);
    out.writePrefixed(id);
    if (key == null) {
      out.writeLong(NULL);
    } else {
      out.writeLong(PRESENT);
      out.writePrefixed(key);
    }
    out.writeLong(event.eventTime);
    out.writeLong(event.scored ? SCORED : WARMING_UP);
    if (event.scored) {
      writePresent(event.logLikelihood);
    } else {
      out.writeLong(NULL);
    }
    writeUnlessNaN(event.errorEstimate);
    writeUnlessNaN(event.pValue);
    writeUnlessNaN(event.threshold);
    out.writeBoolean(event.anomaly);
    if (event.scored) {
      out.writeLong(PRESENT);
      out.writeLong(event.modelVersion);
    } else {
      out.writeLong(NULL);
    }
    out.writeLong(event.scoredAt);
    out.writePrefixed(topics.toBytes(event.topic));
    out.writeLong(event.partition);
    out.writeLong(event.offset);
    return out.toBytes();
  }

  private void writeUnlessNaN(double value) {
    if (Double.isNaN(value)) {
      out.writeLong(NULL);
    } else {
      writePresent(value);
    }
  }

  private void writePresent(double value) {
    out.writeLong(PRESENT);
    out.writeDouble(value);
  }
}
