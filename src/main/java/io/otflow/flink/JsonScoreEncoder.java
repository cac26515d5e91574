package io.otflow.flink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Encodes scores as JSON objects with the names of {@code schemas/anomaly_score.avsc}, as {@link
 * io.otflow.codec.RecordJson} does, but without a record in between. Not thread-safe.
 */
final class JsonScoreEncoder implements ScoreWriter {

  private final JsonFactory factory = new JsonFactory();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

  @Override
  public byte[] encode(ScoredEvent event, byte[] id, byte[] key) {
    out.reset();
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("id", event.id);
      json.writeStringField("key", event.key);
      json.writeNumberField("eventTime", event.eventTime);
      json.writeStringField("status", event.scored ? "SCORED" : "WARMING_UP");
      writeNumber(json, "logLikelihood", event.scored ? event.logLikelihood : Double.NaN);
      writeNumber(json, "errorEstimate", event.errorEstimate);
      writeNumber(json, "pValue", event.pValue);
      writeNumber(json, "threshold", event.threshold);
      json.writeBooleanField("anomaly", event.anomaly);
      if (event.scored) {
        json.writeNumberField("modelVersion", event.modelVersion);
      } else {
        json.writeNullField("modelVersion");
      }
      json.writeNumberField("scoredAt", event.scoredAt);
      json.writeStringField("topic", event.topic);
      json.writeNumberField("partition", event.partition);
      json.writeNumberField("offset", event.offset);
      json.writeObjectFieldStart("carried");
      for (Map.Entry<String, String> text : event.carried.entrySet()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
      json.writeEndObject();
      json.writeStringField("pValueBy", event.evidence == null ? null : event.evidence.name());
      json.writeStringField("flaggedBy", event.flaggedBy == null ? null : event.flaggedBy.name());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeNumber(JsonGenerator json, String name, double value)
      throws IOException {
    if (Double.isNaN(value)) {
      json.writeNullField(name);
    } else if (Double.isInfinite(value)) {
      json.writeStringField(name, Double.toString(value));
    } else {
      json.writeNumberField(name, value);
    }
  }
}
