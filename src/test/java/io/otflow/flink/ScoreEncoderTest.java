package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.codec.RecordJson;
import io.otflow.codec.SingleObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The encoder's bytes against those of the class that Avro generates. */
class ScoreEncoderTest {

  private final ScoreEncoder encoder = new ScoreEncoder();

  private byte[] encode(ScoredEvent event) {
    return encoder.encode(
        event,
        event.id.getBytes(StandardCharsets.UTF_8),
        event.key == null ? null : event.key.getBytes(StandardCharsets.UTF_8));
  }

  private static AnomalyScore avro(ScoredEvent event) {
    return AnomalyScore.newBuilder()
        .setId(event.id)
        .setKey(event.key)
        .setEventTime(Instant.ofEpochMilli(event.eventTime))
        .setStatus(event.scored ? ScoreStatus.SCORED : ScoreStatus.WARMING_UP)
        .setLogLikelihood(event.scored ? (Double) event.logLikelihood : null)
        .setErrorEstimate(numberOrNull(event.errorEstimate))
        .setPValue(numberOrNull(event.pValue))
        .setThreshold(numberOrNull(event.threshold))
        .setAnomaly(event.anomaly)
        .setModelVersion(event.scored ? (Long) event.modelVersion : null)
        .setScoredAt(Instant.ofEpochMilli(event.scoredAt))
        .setTopic(event.topic)
        .setPartition(event.partition)
        .setOffset(event.offset)
        .setCarried(event.carried)
        .build();
  }

  private static Double numberOrNull(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static double numberOrNaN(Random random) {
    return random.nextInt(4) == 0 ? Double.NaN : 1e3 * random.nextGaussian();
  }

  /** An event with every optional field there or not, and integers of every length. */
  private static ScoredEvent draw(Random random) {
    ScoredEvent event = new ScoredEvent();
    event.id = "é€😀-" + "x".repeat(random.nextInt(400)) + random.nextInt();
    event.key = random.nextBoolean() ? null : "schlüssel " + random.nextInt();
    event.eventTime = random.nextLong() >> random.nextInt(64);
    event.scored = random.nextBoolean();
    event.logLikelihood =
        random.nextInt(8) == 0 ? Double.NEGATIVE_INFINITY : 10 * random.nextGaussian();
    event.errorEstimate = numberOrNaN(random);
    event.pValue = numberOrNaN(random);
    event.threshold = numberOrNaN(random);
    event.anomaly = random.nextBoolean();
    event.modelVersion = random.nextLong() >>> random.nextInt(64);
    event.scoredAt = random.nextLong() >> random.nextInt(64);
    event.topic = random.nextBoolean() ? "features" : "andere-" + random.nextInt(3);
    event.partition = random.nextInt(1 << random.nextInt(31));
    event.offset = random.nextLong() >>> (1 + random.nextInt(62));
    if (random.nextBoolean()) {
      event.carried = Map.of("straße", "é".repeat(random.nextInt(70)));
    }
    return event;
  }

  @Test
  void theBytesAreThoseOfTheGeneratedClass() throws Exception {
    Random random = new Random(20260201);
    for (int i = 0; i < 5000; i++) {
      ScoredEvent event = draw(random);
      AnomalyScore avro = avro(event);
      byte[] bytes = encode(event);
      assertThat(bytes).isEqualTo(SingleObject.encode(avro));
      assertThat(SingleObject.decode(bytes, AnomalyScore.class)).isEqualTo(avro);
    }
  }

  @Test
  void theJsonIsThatOfTheRecord() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonScoreEncoder json = new JsonScoreEncoder();
    Random random = new Random(20260202);
    for (int i = 0; i < 5000; i++) {
      ScoredEvent event = draw(random);
      assertThat(mapper.readTree(json.encode(event, null, null)))
          .isEqualTo(mapper.readTree(RecordJson.bytes(avro(event))));
    }
  }

  @Test
  void aRecordHasTheKeyOfTheEventOrElseItsId() {
    RecordSchemas.Scores schema = new RecordSchemas.Scores("scores", OutputFormat.AVRO);
    schema.open(null, null);
    ScoredEvent event = ScoredEvent.unscored(Fakes.event(1, 2), 3);
    ProducerRecord<byte[], byte[]> record = schema.serialize(event, null, 7L);
    assertThat(record.topic()).isEqualTo("scores");
    assertThat(record.timestamp()).isNull();
    assertThat(record.key()).asString().isEqualTo("e1");
    assertThat(record.value()).isEqualTo(encode(event));
    event.key = "pump";
    assertThat(schema.serialize(event, null, 7L).key()).asString().isEqualTo("pump");
  }
}
