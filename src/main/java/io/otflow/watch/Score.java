package io.otflow.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import java.io.IOException;

/**
 * A score as the job wrote it, in Avro or in JSON.
 *
 * @param id the event's id
 * @param key the event's key; may be null
 * @param scored false: there was no model
 * @param logLikelihood nats; NaN where not scored
 * @param pValue NaN where there is none
 * @param threshold nats; NaN where there is none
 * @param anomaly whether it is flagged
 * @param modelVersion the model that scored it; 0: none
 * @param scoredAtMillis when, milliseconds since 1970
 * @param partition where the event was read from
 * @param offset its offset there
 */
record Score(
    String id,
    String key,
    boolean scored,
    double logLikelihood,
    double pValue,
    double threshold,
    boolean anomaly,
    long modelVersion,
    long scoredAtMillis,
    int partition,
    long offset) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a record of the scores topic. */
  static Score of(byte[] value) throws DecodeException {
    if (value != null && value.length > 0 && value[0] == '{') {
      return ofJson(value);
    }
    AnomalyScore s = SingleObject.decode(value, AnomalyScore.class);
    return new Score(
        s.getId(),
        s.getKey(),
        s.getStatus() == ScoreStatus.SCORED,
        orNaN(s.getLogLikelihood()),
        orNaN(s.getPValue()),
        orNaN(s.getThreshold()),
        s.getAnomaly(),
        s.getModelVersion() == null ? 0 : s.getModelVersion(),
        s.getScoredAt().toEpochMilli(),
        s.getPartition(),
        s.getOffset());
  }

  private static Score ofJson(byte[] value) throws DecodeException {
    try {
      JsonNode s = JSON.readTree(value);
      return new Score(
          s.path("id").asText(),
          s.path("key").isNull() ? null : s.path("key").asText(),
          s.path("status").asText().equals("SCORED"),
          number(s.path("logLikelihood")),
          number(s.path("pValue")),
          number(s.path("threshold")),
          s.path("anomaly").asBoolean(),
          s.path("modelVersion").asLong(),
          s.path("scoredAt").asLong(),
          s.path("partition").asInt(),
          s.path("offset").asLong());
    } catch (IOException | NumberFormatException e) {
      throw new DecodeException("the value is no score in JSON: " + e.getMessage(), e);
    }
  }

  private static double number(JsonNode node) {
    return node.isNumber()
        ? node.asDouble()
        : node.isTextual() ? Double.parseDouble(node.asText()) : Double.NaN;
  }

  private static double orNaN(Double value) {
    return value == null ? Double.NaN : value;
  }
}
