package io.otflow.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.avro.AnomalyScore;
import io.otflow.avro.DeadLetter;
import io.otflow.codec.DecodeException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.SingleObject;
import io.otflow.engine.Integration;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.kafka.TopicWriter;
import io.otflow.kafka.Topics;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Await;
import io.otflow.testing.Command;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import io.otflow.testing.LoginGate;
import io.otflow.testing.RandomModels;
import io.otflow.testing.RegistryProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records as others write them, on a real broker, cluster and schema registry: each is scored once,
 * and its score is that of its own features in the right order, to what the fast engine is off.
 */
@Tag("cluster")
class ForeignRecordsITCase {

  private static final int RECORDS = 3000;
  private static final int PARTITIONS = 2;
  private static final int D = 4;

  /** Of the fast engine against the double one, with the integrator that the job is told to use. */
  private static final double TOLERANCE = 1e-3;

  /** Of the schema registry. */
  private static final String LOGIN = "reader:registry-Hq5tW8nB";

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  private static KafkaProcess broker;
  private static FlinkProcesses flink;
  private static Properties client;
  private static Path model;
  private static double[] rows;
  private static double[] expected;

  @BeforeAll
  static void start() throws Exception {
    ModelSnapshot snapshot = RandomModels.snapshot(Architecture.of(D, 16, 2), 3);
    model = folder.resolve("model.avro");
    ModelFiles.write(snapshot, model);
    rows = RandomModels.rows(RECORDS, D, 4);
    for (int p = 0; p < rows.length; p++) {
      rows[p] = (float) rows[p];
    }
    expected = new double[RECORDS];
    try (ReferenceEngine engine = new ReferenceEngine(Integration.rk4(8))) {
      engine.load(snapshot);
      engine.score(rows, RECORDS, expected, null);
    }
    broker = new KafkaProcess(folder.resolve("kafka"));
    flink =
        new FlinkProcesses(
            folder.resolve("flink"),
            Map.of("execution.checkpointing.interval", "1s", "taskmanager.numberOfTaskSlots", "4"),
            List.of(),
            Map.of());
    client = new Properties();
    client.setProperty("bootstrap.servers", broker.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    if (flink != null) {
      flink.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  private static List<String> arguments(String name, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--group-id",
                name,
                "--model",
                model.toString(),
                "--integrator",
                "rk4",
                "--steps",
                "8",
                "--parallelism",
                "2",
                "--features-topic",
                name));
    for (String topic : List.of("scores", "anomalies", "models", "dead-letters")) {
      all.addAll(List.of("--" + topic + "-topic", name + "-" + topic));
    }
    all.addAll(List.of(more));
    return all;
  }

  private static void assertScore(int row, Double logLikelihood) {
    assertThat(Math.abs(logLikelihood - expected[row]))
        .as("row %d: %s, expected %s", row, logLikelihood, expected[row])
        .isLessThan(TOLERANCE);
  }

  /** The fields in an order of their own in each record. */
  private static String json(int row, Random random) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                "\"id\": \"r%d\"".formatted(row),
                "\"a\": %s".formatted(rows[row * D]),
                "\"engine\": {\"unused\": 9, \"b\": %s}".formatted(rows[row * D + 1]),
                "\"list\": [7, {\"c\": %s}]".formatted(rows[row * D + 2]),
                "\"d.e\": %s".formatted(rows[row * D + 3]),
                "\"site\": \"s%d\"".formatted(row % 7),
                "\"other\": \"é\""));
    Collections.shuffle(fields, random);
    return "{" + String.join(", ", fields) + "}";
  }

  @Test
  void jsonWithItsFieldsInAnyOrderInAndJsonOut() throws Exception {
    Topics.ensure(client, "plant", PARTITIONS, Map.of());
    Random random = new Random(5);
    try (TopicWriter writer = new TopicWriter(client, "plant")) {
      for (int i = 0; i < RECORDS; i++) {
        writer.write(i % PARTITIONS, null, json(i, random).getBytes(UTF_8));
        if (i == RECORDS / 2) {
          writer.write(0, null, "{\"id\": \"bad\", \"a\": \"hot\"}".getBytes(UTF_8));
        }
      }
      writer.flush();
    }
    Command run =
        flink.runJob(
            arguments(
                    "plant",
                    "--bounded",
                    "--iterations",
                    "60",
                    "--input-format",
                    "json",
                    "--output-format",
                    "json",
                    "--features",
                    "a,engine.b,list.1.c,d\\.e",
                    "--id-field",
                    "id",
                    "--carry",
                    "site")
                .toArray(String[]::new));
    assertThat(run.code()).as(run.text()).isZero();
    try (OutputWatcher watcher =
        new OutputWatcher(client, List.of("plant-scores", "plant-dead-letters"), "plant-scores")) {
      Await.until("every score", () -> watcher.count("plant-scores") >= RECORDS);
      Await.until("the dead letter", () -> watcher.count("plant-dead-letters") >= 1);
      Map<String, Integer> seen = new HashMap<>();
      for (byte[] value : watcher.values("plant-scores")) {
        JsonNode score = JSON.readTree(value);
        int row = Integer.parseInt(score.get("id").asText().substring(1));
        seen.merge(score.get("id").asText(), 1, Integer::sum);
        assertScore(row, score.get("logLikelihood").asDouble());
        assertThat(score.get("carried").get("site").asText()).isEqualTo("s" + row % 7);
      }
      assertThat(seen).hasSize(RECORDS).allSatisfy((id, count) -> assertThat(count).isOne());
      JsonNode letter = JSON.readTree(watcher.values("plant-dead-letters").get(0));
      assertThat(letter.get("reason").asText())
          .startsWith("field 'a' is 'hot', expected a number")
          .contains("topic plant, partition 0");
    }
  }

  private static final String FIRST =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "id", "type": "string"},
        {"name": "a", "type": "double"},
        {"name": "engine", "type": {"type": "record", "name": "Engine", "fields": [
          {"name": "b", "type": ["null", "double"], "default": null},
          {"name": "c", "type": "double"}]}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "d", "type": "double", "default": 0.5}]}
      """;

  /** Reordered on both levels, with fields more, and without the one that has a default. */
  private static final String SECOND =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "note", "type": "string", "default": ""},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "engine", "type": {"type": "record", "name": "Engine", "fields": [
          {"name": "speed", "type": "float", "default": 0},
          {"name": "c", "type": "double"},
          {"name": "b", "type": ["null", "double"], "default": null}]}},
        {"name": "a", "type": "double"},
        {"name": "id", "type": "string"}]}
      """;

  private static byte[] reading(int id, Schema schema, int row) throws IOException {
    Schema engine = schema.getField("engine").schema();
    GenericRecordBuilder inner =
        new GenericRecordBuilder(engine).set("b", rows[row * D + 1]).set("c", rows[row * D + 2]);
    GenericRecordBuilder outer =
        new GenericRecordBuilder(schema)
            .set("id", "r" + row)
            .set("a", rows[row * D])
            .set("engine", inner.build())
            .set("at", 1_700_000_000_000_000L + row * 1000L);
    if (schema.getField("d") != null) {
      outer.set("d", rows[row * D + 3]);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(outer.build(), encoder);
    encoder.flush();
    return out.toByteArray();
  }

  @Test
  void avroOfAnotherSchemaThatChangesMidStream() throws Exception {
    Topics.ensure(client, "readings", PARTITIONS, Map.of());
    // The second version has no d: it is 0.5 there, by the first one's default.
    for (int row = RECORDS / 2; row < RECORDS; row += 2) {
      rows[row * D + 3] = 0.5;
    }
    try (ReferenceEngine engine = new ReferenceEngine(Integration.rk4(8))) {
      engine.load(RandomModels.snapshot(Architecture.of(D, 16, 2), 3));
      engine.score(rows, RECORDS, expected, null);
    }
    try (RegistryProcess registry = new RegistryProcess(folder.resolve("registry.log"));
        LoginGate gate = new LoginGate(URI.create(registry.url()), LOGIN);
        TopicWriter writer = new TopicWriter(client, "readings")) {
      int first = registry.register("readings-value", FIRST);
      Schema firstSchema = new Schema.Parser().parse(FIRST);
      List<String> arguments =
          arguments(
              "readings",
              "--schema-registry",
              gate.url(),
              "--features",
              "a,engine.b,engine.c,d",
              "--id-field",
              "id",
              "--time-field",
              "at");
      Command stranger = flink.runJob(arguments.toArray(String[]::new));
      assertThat(stranger.code()).isNotZero();
      assertThat(stranger.text())
          .contains("did not give subject 'readings-value': it answers 401")
          .contains("--schema-registry-config");
      Path login = Files.writeString(folder.resolve("login"), "basic.auth.user.info=" + LOGIN);
      arguments.addAll(List.of("--schema-registry-config", login.toString()));
      String job = flink.submit(Optional.empty(), arguments);
      try (OutputWatcher watcher =
          new OutputWatcher(
              client, List.of("readings-scores", "readings-dead-letters"), "readings-scores")) {
        for (int row = 0; row < RECORDS / 2; row++) {
          writer.write(row % PARTITIONS, null, reading(first, firstSchema, row));
        }
        writer.flush();
        Await.until(
            "scores of the first version", () -> watcher.count("readings-scores") >= RECORDS / 2);
        int second = registry.register("readings-value", SECOND);
        Schema secondSchema = new Schema.Parser().parse(SECOND);
        assertThat(second).isNotEqualTo(first);
        writer.write(0, null, new byte[] {0, 0, 0, 77, 77, 1, 2, 3});
        // The registry hangs for a while when the new schema is asked for: the records wait.
        registry.signal("STOP");
        for (int row = RECORDS / 2; row < RECORDS; row++) {
          boolean newer = row % 2 == RECORDS / 2 % 2;
          writer.write(
              row % PARTITIONS,
              null,
              newer ? reading(second, secondSchema, row) : reading(first, firstSchema, row));
        }
        writer.flush();
        Thread.sleep(3000);
        registry.signal("CONT");
        Await.until("every score", () -> watcher.count("readings-scores") >= RECORDS);
        Await.until("the dead letter", () -> watcher.count("readings-dead-letters") >= 1);
        assertScores(watcher);
        for (String process : List.of("jobmanager", "taskmanager1")) {
          assertThat(flink.log(process)).doesNotContain("registry-Hq5tW8nB");
        }
        assertThat(
                SingleObject.decode(
                        watcher.values("readings-dead-letters").get(0), DeadLetter.class)
                    .getReason())
            .startsWith("schema id 19789 is not in the registry");
        Await.until(
            "the count of restarts, which is none",
            () ->
                flink
                    .rest("/jobs/" + job + "/metrics?get=numRestarts")
                    .contains("\"value\":\"0\""));
      } finally {
        flink.cancel(job);
      }
    }
  }

  private static void assertScores(OutputWatcher watcher) throws DecodeException {
    Map<String, Integer> seen = new HashMap<>();
    for (byte[] value : watcher.values("readings-scores")) {
      AnomalyScore score = SingleObject.decode(value, AnomalyScore.class);
      int row = Integer.parseInt(score.getId().substring(1));
      seen.merge(score.getId(), 1, Integer::sum);
      assertScore(row, score.getLogLikelihood());
      assertThat(score.getEventTime().toEpochMilli()).isEqualTo(1_700_000_000_000L + row);
    }
    assertThat(seen).hasSize(RECORDS).allSatisfy((id, count) -> assertThat(count).isOne());
  }
}
