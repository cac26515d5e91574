package io.otflow.flink;

import io.otflow.avro.AnomalyScore;
import io.otflow.codec.ByteWriter;
import io.otflow.codec.SingleObject;
import io.otflow.detect.Detector;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Encodes scores as {@code schemas/anomaly_score.avsc} has them, with Avro's single-object header,
 * field by field in the order of the schema. Written by hand because it runs once an event: it
 * allocates what it returns, and the bytes of the id. Not thread-safe.
 */
final class ScoreEncoder implements ScoreWriter {

  private static final byte[] HEADER = SingleObject.header(AnomalyScore.class);

  /** Index of the status in its enum. */
  private static final int SCORED = 0;

  private static final int WARMING_UP = 1;

  /** Index of what knows a p-value in its enum. */
  private static final int ROWS = 0;

  private static final int TAIL = 1;

  /** Index of null in each union of the schema, and of what is not. */
  private static final int NULL = 0;

  private static final int PRESENT = 1;

  private final ByteWriter out = new ByteWriter();
  private final TopicName topics = new TopicName();

  @Override
  public byte[] encode(ScoredEvent event, byte[] id, byte[] key) {
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
    writeTexts(event.carried);
    if (event.evidence == null) {
      out.writeLong(NULL);
    } else {
      writeSymbol(event.evidence == Detector.Evidence.ROWS ? ROWS : TAIL);
    }
    if (event.flaggedBy == null) {
      out.writeLong(NULL);
    } else {
      writeSymbol(event.flaggedBy.symbol());
    }
    return out.toBytes();
  }

  private void writeTexts(Map<String, String> texts) {
    if (!texts.isEmpty()) {
      out.writeLong(texts.size());
      for (Map.Entry<String, String> text : texts.entrySet()) {
        out.writePrefixed(text.getKey().getBytes(StandardCharsets.UTF_8));
        out.writePrefixed(text.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    out.writeLong(0); // no further block of the map
  }

  private void writeSymbol(int symbol) {
    out.writeLong(PRESENT);
    out.writeLong(symbol);
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
