package io.otflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.avro.AnomalyScore;
import io.otflow.cli.CliRun;
import io.otflow.codec.DecodeException;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SigningKey;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import io.otflow.testing.Await;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import io.otflow.testing.KeyFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that trains and signs, and a job that scores and checks signatures, on a real cluster: an
 * earlier model is taken up again, pinned and let go while both run, and forged models change
 * nothing.
 */
@Tag("cluster")
class ModelCommandsITCase {

  /** Index of a byte of a model as bytes: names and shape come before it, calibration after. */
  private static final int AMONG_THE_WEIGHTS = 300;

  private static final TopicNames TOPICS = TopicNames.DEFAULTS;
  private static final int EVENTS = 60_000;
  private static final double RATE = 500;

  @TempDir private static Path folder;

  private KeyFiles keys;
  private KafkaProcess broker;
  private OutputWatcher watcher;
  private Properties client;

  @Test
  void modelsAreTakenUpAgainPinnedAndForgedOnesRefused() throws Exception {
    keys = KeyFiles.make(folder, "models");
    Path snapshots = folder.resolve("snapshots");
    broker = new KafkaProcess(folder.resolve("kafka"));
    client = new Properties();
    client.setProperty("bootstrap.servers", broker.bootstrapServers());
    try (KafkaProcess unused = broker;
        FlinkProcesses flink =
            new FlinkProcesses(
                folder.resolve("flink"),
                Map.of("execution.checkpointing.interval", "1s"),
                List.of(),
                Map.of())) {
      Topics.ensure(client, TOPICS.features(), 2, Map.of());
      SyntheticStream stream = SyntheticStream.of(2 * EVENTS, 7);
      try (SteadyProducer producer =
          new SteadyProducer(client, stream, 2 * EVENTS, TOPICS.features(), 2, RATE)) {
        flink.submit(
            Optional.empty(),
            arguments(
                "--mode", "train",
                "--models-signing-key", keys.privateKey().toString(),
                "--models-public-key", keys.publicKey().toString(),
                "--train-window", "4s",
                "--max-out-of-orderness", "100ms",
                "--train-sample", "512",
                "--width", "8",
                "--iterations", "20",
                "--gate-margin", "5",
                "--snapshot-dir", snapshots.toString()));
        flink.submit(
            Optional.empty(),
            arguments("--mode", "score", "--models-public-key", keys.publicKey().toString()));
        try (OutputWatcher output =
            new OutputWatcher(client, List.of(TOPICS.models(), TOPICS.scores()), TOPICS.scores())) {
          watcher = output;
          Await.until("scores", () -> scoredBy().stream().anyMatch(Objects::nonNull));
          long again = ask("rollback", "--version", "1", "--snapshot-dir", snapshots.toString());
          ModelSnapshot taken = model(again);
          assertThat(taken.provenance().origin()).isEqualTo(Origin.ROLLBACK);
          assertThat(taken.provenance().parentVersion()).hasValue(1);
          assertThat(taken.parameters()).isEqualTo(model(1).parameters());
          // It may be replaced before an event has come: a window closes every four seconds.
          assertThat(model(again + 1).provenance().parentVersion()).hasValue(again);

          long pinned = ask("pin", "--version", "1", "--snapshot-dir", snapshots.toString());
          assertThat(model(pinned).parameters()).isEqualTo(model(1).parameters());
          Await.until("a score by the pinned model", () -> scoredBy().contains(pinned));
          forge();
          int scores = watcher.count(TOPICS.scores());
          Await.until(
              "the scores of three windows", () -> watcher.count(TOPICS.scores()) > scores + 6000);
          assertThat(newest()).as("the pinned model stays").isEqualTo(pinned);
          assertThat(scoredBy()).doesNotContain(1000L, 1001L, 1002L);
          String log = flink.log("taskmanager1");
          assertThat(log)
              .contains("a model snapshot is refused, the model before stays: the snapshot is not")
              .contains("altered after it was signed, or signed with another key");

          String secret =
              Files.readString(keys.privateKey()).replaceAll("-----[A-Z ]+-----|\\s", "");
          assertThat(log + flink.log("jobmanager")).doesNotContain(secret.substring(20));

          ask("unpin");
          Await.until("a model trained after", () -> newest() > pinned);
          assertThat(CliRun.of(command("rollback", "--version", "77")).err())
              .contains("topic 'models' has no model 77 any more; --snapshot-dir may");
        }
      }
      assertEachScoredOnceAtMost();
    }
  }

  private List<String> arguments(String... own) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--starting-offsets",
                "earliest",
                "--parallelism",
                "1"));
    all.addAll(List.of(own));
    return all;
  }

  private String[] command(String name, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                name,
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--models-signing-key",
                keys.privateKey().toString()));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  /** Gives a command; returns the version that it was answered with, or 0. */
  private long ask(String name, String... options) throws Exception {
    CliRun run = CliRun.of(command(name, options));
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode answer = new ObjectMapper().readTree(run.out());
    return answer.path("version").asLong();
  }

  /** Models of high versions: not signed, signed by somebody else, signed and then altered. */
  private void forge() throws Exception {
    ModelSnapshot real = model(1);
    SigningKey own = SigningKey.read(keys.privateKey());
    SigningKey other = SigningKey.read(KeyFiles.make(folder, "other").privateKey());
    byte[] altered = RecordSignature.MODEL.sign(forged(real, 1002), own);
    altered[AMONG_THE_WEIGHTS] ^= 1;
    try (KafkaProducer<byte[], byte[]> producer = Clients.producer(client)) {
      for (byte[] value :
          List.of(
              forged(real, 1000), RecordSignature.MODEL.sign(forged(real, 1001), other), altered)) {
        producer
            .send(
                new ProducerRecord<>(
                    TOPICS.models(), "model".getBytes(StandardCharsets.UTF_8), value))
            .get();
      }
    }
  }

  private static byte[] forged(ModelSnapshot real, long version) {
    return SnapshotCodec.toBytes(real.as(version, real.provenance()));
  }

  private List<ModelSnapshot> models() throws DecodeException {
    List<ModelSnapshot> models = new ArrayList<>();
    for (byte[] value : watcher.values(TOPICS.models())) {
      if (!SingleObject.is(value, io.otflow.avro.ModelCommand.class)) {
        try {
          models.add(SnapshotCodec.fromBytes(value));
        } catch (DecodeException e) {
          assertThat(e).hasMessageContaining("altered");
        }
      }
    }
    return models;
  }

  private List<Long> versions() throws DecodeException {
    return models().stream().map(ModelSnapshot::version).toList();
  }

  /** The newest version that the job itself has published. */
  private long newest() throws DecodeException {
    return versions().stream().filter(v -> v < 1000).max(Long::compare).orElseThrow();
  }

  private ModelSnapshot model(long version) throws Exception {
    Await.until("model " + version, () -> versions().contains(version));
    return models().stream().filter(m -> m.version() == version).findFirst().orElseThrow();
  }

  private Set<Long> scoredBy() throws DecodeException {
    Set<Long> versions = new HashSet<>();
    List<byte[]> values = watcher.values(TOPICS.scores());
    for (byte[] value : values.subList(Math.max(0, values.size() - 2000), values.size())) {
      versions.add(SingleObject.decode(value, AnomalyScore.class).getModelVersion());
    }
    return versions;
  }

  private void assertEachScoredOnceAtMost() throws DecodeException {
    Set<String> ids = new HashSet<>();
    for (byte[] value : watcher.values(TOPICS.scores())) {
      assertThat(ids.add(SingleObject.decode(value, AnomalyScore.class).getId())).isTrue();
    }
    assertThat(ids).hasSizeGreaterThan(5000);
  }
}
