package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.DecodeException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.kafka.TopicHistory;
import io.otflow.local.EmbeddedBroker;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The past as what a user starts from: {@code replay} against the job on a broker, {@code fit
 * --topic}, and the first model of a job that has none.
 */
class ReplayITCase {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int ROWS = 3000;
  private static final long START = 1_700_000_000_000L;

  /** Event time between rows; a window of twenty seconds has 2,000 of them. */
  private static final long STEP_MILLIS = 10;

  @TempDir private static Path folder;

  private static EmbeddedBroker broker;
  private static Path data;

  @BeforeAll
  static void start() throws Exception {
    broker = new EmbeddedBroker();
    SplittableRandom random = new SplittableRandom(4);
    List<String> lines = new ArrayList<>(List.of("at,a,b,c,label"));
    for (int i = 0; i < ROWS; i++) {
      double a = random.nextGaussian();
      boolean anomaly = i % 100 == 99;
      double b = anomaly ? 9 + random.nextGaussian() : a + 0.3 * random.nextGaussian();
      lines.add(
          "%d,%.5f,%.5f,%.5f,%d"
              .formatted(
                  START + i * STEP_MILLIS, a, b, 2 * random.nextGaussian(), anomaly ? 1 : 0));
    }
    data = Files.write(folder.resolve("rows.csv"), lines);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static CliRun run(String... args) {
    CliRun run = CliRun.of(args);
    assertThat(run.code()).as(String.join(" ", args) + "\n" + run.err()).isZero();
    return run;
  }

  private static String[] onBroker(Stream<String> args) {
    return Stream.concat(args, Stream.of("--bootstrap-servers", broker.bootstrapServers()))
        .toArray(String[]::new);
  }

  private static final List<String> TRAINING =
      List.of(
          "--train-window=20s",
          "--train-sample=800",
          "--width=8",
          "--iterations=60",
          "--alert-rate=0.005",
          "--trim=0.05",
          "--history=0");

  private static JsonNode replay(Path scores, String... more) throws IOException {
    Stream<String> args =
        Stream.of("replay", "--data", data.toString(), "--time=at", "--label=label");
    return MAPPER.readTree(
        run(Stream.of(
                    args,
                    Stream.of("--scores", scores.toString()),
                    TRAINING.stream(),
                    Stream.of(more))
                .flatMap(part -> part)
                .toArray(String[]::new))
            .out());
  }

  private static void produce(String topic) {
    CliRun unused =
        run(
            onBroker(
                Stream.of(
                    "produce",
                    "--data",
                    data.toString(),
                    "--time=at",
                    "--label=label",
                    "--topic",
                    topic,
                    "--partitions=1")));
  }

  private static Properties client() {
    Properties client = new Properties();
    client.setProperty("bootstrap.servers", broker.bootstrapServers());
    return client;
  }

  private static List<ModelSnapshot> models(String topic) {
    List<ModelSnapshot> models = new ArrayList<>();
    TopicHistory.read(
        client(),
        topic,
        Long.MAX_VALUE,
        record -> {
          if (!SingleObject.is(record.value(), ModelCommand.class)) {
            try {
              models.add(SnapshotCodec.fromBytes(record.value()));
            } catch (DecodeException e) {
              throw new AssertionError(e);
            }
          }
        });
    return models;
  }

  @Test
  void aReplayIsWhatTheJobDoes() throws Exception {
    Path scores = folder.resolve("scores.csv");
    Path again = folder.resolve("again.csv");
    Path report = folder.resolve("report.html");
    String topic = "--features-topic=past";
    JsonNode summary = replay(scores, topic, "--report", report.toString());
    assertThat(replay(again, topic)).isEqualTo(summary);
    assertThat(Files.mismatch(scores, again)).isEqualTo(-1);
    assertThat(summary.get("events").asInt()).isEqualTo(ROWS);
    assertThat(summary.get("warmingUp").asInt()).isEqualTo(2000);
    assertThat(summary.get("scored").asInt()).isEqualTo(1000);
    assertThat(summary.get("recall").asDouble()).isGreaterThan(0.9);
    assertThat(summary.get("falseAlarmRate").asDouble()).isLessThan(0.03);
    assertThat(summary.get("models")).hasSize(1);
    assertThat(Files.readString(report)).contains("What the job would have done", "rows.csv");

    produce("past");
    Stream<String> job =
        Stream.of(
            "job",
            "--bounded",
            "--features-topic=past",
            "--scores-topic=s",
            "--anomalies-topic=a",
            "--models-topic=m",
            "--dead-letters-topic=d",
            "--parallelism=1",
            "--group-id=replay");
    CliRun unused = run(onBroker(Stream.concat(job, TRAINING.stream())));
    ModelSnapshot first = models("m").get(0);
    JsonNode replayed = summary.get("models").get(0);
    assertThat(first.version()).isEqualTo(1);
    assertThat(replayed.get("threshold").asDouble())
        .isEqualTo(first.calibration().orElseThrow().threshold());
    assertThat(replayed.get("heldOutLoss").asDouble()).isEqualTo(first.provenance().heldOutLoss());
    assertThat(replayed.get("rowsCalibration").asLong()).isEqualTo(1200);

    Map<String, JsonNode> ofTheJob = new HashMap<>();
    for (String line : run(onBroker(Stream.of("consume", "--topic=s", "--timeout=2"))).lines()) {
      JsonNode score = MAPPER.readTree(line);
      ofTheJob.put(score.get("id").asText(), score);
    }
    assertThat(ofTheJob).hasSize(ROWS);
    int compared = 0;
    for (String line : Files.readAllLines(scores).subList(1, ROWS + 1)) {
      String[] cells = line.split(",", -1);
      JsonNode score = ofTheJob.get(cells[0]);
      if (cells[2].equals("SCORED") && score.get("modelVersion").asLong() == 1) {
        compared++;
        assertThat(score.get("logLikelihood").asDouble()).isEqualTo(Double.parseDouble(cells[3]));
        assertThat(score.get("pValue").asDouble()).isEqualTo(Double.parseDouble(cells[5]));
        assertThat(score.get("pValueBy").asText()).isEqualTo(cells[6]);
        assertThat(score.get("anomaly").asText()).isEqualTo(cells[8]);
        assertThat(score.get("flaggedBy").asText())
            .isEqualTo(cells[9].isEmpty() ? "null" : cells[9]);
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  /** Windows of 10,000 rows; all features move by five at row 11,000. */
  @Test
  void aDriftTrainsEarlyWhereThatIsAskedFor() throws Exception {
    SplittableRandom random = new SplittableRandom(9);
    List<String> lines = new ArrayList<>(List.of("at,a,b,c"));
    for (int i = 0; i < 21_000; i++) {
      double moved = i < 11_000 ? 0 : 5;
      lines.add(
          "%d,%.5f,%.5f,%.5f"
              .formatted(
                  START + i * STEP_MILLIS,
                  moved + random.nextGaussian(),
                  moved + random.nextGaussian(),
                  moved + random.nextGaussian()));
    }
    Path drifting = Files.write(folder.resolve("drifting.csv"), lines);
    JsonNode usual = replayed(drifting);
    JsonNode early = replayed(drifting, "--train-on-drift");
    assertThat(row(usual.get("firstDrift"))).isBetween(11_000L, 11_200L);
    assertThat(windows(usual)).containsExactly("0-10000", "10000-20000");
    assertThat(windows(early)).hasSize(3).startsWith("0-10000");
    JsonNode model = early.get("models").get(1);
    long start = row(model.get("windowStart"));
    assertThat(start).as("a whole part later").isEqualTo(11_250);
    assertThat(row(model.get("windowEnd"))).isEqualTo(13_750);
    assertThat(model.get("accepted").asBoolean()).as(model.get("reason").asText()).isTrue();
    assertThat(windows(early)).endsWith("11250-20000");
    assertThat(early.get("flagged").asInt()).isLessThan(usual.get("flagged").asInt() / 2);
  }

  private static JsonNode replayed(Path file, String... more) throws IOException {
    Path scores = folder.resolve("drifting.scores.csv");
    Stream<String> args =
        Stream.of("replay", "--data", file.toString(), "--time=at", "--scores", scores.toString());
    Stream<String> training = TRAINING.stream().filter(arg -> !arg.startsWith("--train-window"));
    Stream<String> windows = Stream.of("--train-window=100s");
    return MAPPER.readTree(
        run(Stream.of(args, training, windows, Stream.of(more))
                .flatMap(part -> part)
                .toArray(String[]::new))
            .out());
  }

  private static List<String> windows(JsonNode summary) {
    List<String> windows = new ArrayList<>();
    for (JsonNode model : summary.get("models")) {
      windows.add(row(model.get("windowStart")) + "-" + row(model.get("windowEnd")));
    }
    return windows;
  }

  private static long row(JsonNode time) {
    return (time.asLong() - START) / STEP_MILLIS;
  }

  @Test
  void aTopicsPastIsReplayedToo() throws Exception {
    produce("replayed");
    Path fromFile = folder.resolve("file.csv");
    Path fromTopic = folder.resolve("topic.csv");
    JsonNode file = replay(fromFile, "--features-topic=replayed");
    Stream<String> args =
        Stream.of("replay", "--features-topic=replayed", "--scores", fromTopic.toString());
    JsonNode topic = MAPPER.readTree(run(onBroker(Stream.concat(args, TRAINING.stream()))).out());
    assertThat(Files.mismatch(fromFile, fromTopic)).isEqualTo(-1);
    assertThat(topic.get("models").get(0).get("threshold"))
        .isEqualTo(file.get("models").get(0).get("threshold"));
  }

  @Test
  void aTopicsNewestEventsAreFittedTo() throws Exception {
    produce("newest");
    Path model = folder.resolve("newest.avro");
    JsonNode summary =
        MAPPER.readTree(
            run(onBroker(
                    Stream.of(
                        "fit",
                        "--topic=newest",
                        "--newest=1200",
                        "--model",
                        model.toString(),
                        "--width=8",
                        "--iterations=40")))
                .out());
    assertThat(summary.get("rows").asInt()).isEqualTo(1200);
    ModelSnapshot fitted = ModelFiles.read(model);
    assertThat(fitted.provenance().windowStartMillis())
        .hasValue(START + (ROWS - 1200) * STEP_MILLIS);
    assertThat(fitted.provenance().windowEndMillis())
        .hasValue(START + (ROWS - 1) * STEP_MILLIS + 1);
    assertThat(summary.get("rowsCalibration").asInt()).isEqualTo(240);
    CliRun both = CliRun.of("fit", "--model", model.toString());
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("either --data F.csv or --topic T");
  }

  /** No window closes, and yet each event is scored. */
  @Test
  void aJobWithoutAModelStartsWithOneOfItsTopicsPast() throws Exception {
    produce("history");
    CliRun unused =
        run(
            onBroker(
                Stream.of(
                    "job",
                    "--bounded",
                    "--features-topic=history",
                    "--scores-topic=hs",
                    "--anomalies-topic=ha",
                    "--models-topic=hm",
                    "--dead-letters-topic=hd",
                    "--warm-up=pass",
                    "--train-window=1d",
                    "--width=8",
                    "--iterations=200",
                    "--train-sample=800",
                    "--group-id=history")));
    List<String> scores = run(onBroker(Stream.of("consume", "--topic=hs", "--timeout=2"))).lines();
    assertThat(scores).hasSize(ROWS).allMatch(line -> line.contains("\"status\":\"SCORED\""));
    ModelSnapshot first = models("hm").get(0);
    assertThat(first.version()).isEqualTo(1);
    assertThat(first.provenance().eventsSeen()).isEqualTo(ROWS);
    assertThat(first.provenance().iterations()).isLessThanOrEqualTo(50);
    assertThat(first.calibration().orElseThrow().rows()).isEqualTo(ROWS - 800);
    assertThat(first.calibration().orElseThrow().contamination()).isCloseTo(0.01, within(0.02));
  }
}
