package io.otflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.CommandStatus;
import io.otflow.avro.ModelAction;
import io.otflow.avro.ModelCommand;
import io.otflow.cli.CliRun;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.model.Provenance;
import io.otflow.testing.Await;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decisions that depend on what came before, on a real cluster whose task manager is killed: flags
 * by a false discovery rate are those of a replay, which nothing interrupts; and a drift makes a
 * job train on what came since.
 */
@Tag("cluster")
class DecisionsITCase {

  private static final int EVENTS = 45_000;
  private static final double RATE = 1500;
  private static final int HISTORY = 8000;
  private static final TopicNames FLAGS =
      new TopicNames("features", "flags", "flags-anomalies", "flags-models", "flags-letters");
  private static final TopicNames DRIFT =
      new TopicNames("features", "drift", "drift-anomalies", "drift-models", "drift-letters");

  @TempDir private static Path folder;

  private final SyntheticStream stream = SyntheticStream.of(EVENTS, 11);
  private KafkaProcess broker;
  private Path model;

  @Test
  void flagsGoOnAfterAKillAndADriftIsTrainedOn() throws Exception {
    model = fit();
    broker = new KafkaProcess(folder.resolve("kafka"));
    Properties client = new Properties();
    client.setProperty("bootstrap.servers", broker.bootstrapServers());
    Topics.ensure(client, FLAGS.features(), 1, Map.of());
    Topics.ensure(client, FLAGS.models(), 1, Map.of());
    List<String> watched = List.of(FLAGS.scores(), DRIFT.scores(), DRIFT.models());
    try (KafkaProcess unused = broker;
        FlinkProcesses flink =
            new FlinkProcesses(
                folder.resolve("flink"),
                Map.of(
                    "execution.checkpointing.interval", "1s", "taskmanager.numberOfTaskSlots", "2"),
                List.of(),
                Map.of())) {
      flink.submit(
          Optional.empty(), arguments(FLAGS, "--mode=score", "--fdr=0.2", "--fdr-memory=2000"));
      flink.submit(
          Optional.empty(),
          arguments(
              DRIFT,
              "--train-window=16s",
              "--train-on-drift",
              "--max-out-of-orderness=100ms",
              "--train-sample=1000",
              "--iterations=60"));
      try (OutputWatcher output = new OutputWatcher(client, watched, FLAGS.scores());
          SteadyProducer producer =
              new SteadyProducer(client, stream, EVENTS, FLAGS.features(), 1, RATE)) {
        Await.until("scores of both", () -> watched.stream().allMatch(t -> output.count(t) > 0));
        Await.until(
            "a model of what came since the drift",
            () -> trained(output).stream().anyMatch(DecisionsITCase::early));
        flink.kill("taskmanager1");
        flink.startTaskManager(1);
        int sent = producer.finish();
        Await.until("every flag", () -> output.count(FLAGS.scores()) >= sent);
        Await.until("every score", () -> output.count(DRIFT.scores()) >= sent);
        assertFlagsOfAReplay(output.values(FLAGS.scores()), sent);
        assertTrainedOnDrift(output);
      }
    }
  }

  /**
   * A model of the ordinary events before the drift. Planted ones that the model does not know
   * would make its tail so heavy that no event is rare enough for a flag by a rate of false ones.
   */
  private Path fit() throws Exception {
    List<String> lines = new ArrayList<>(List.of("f0,f1,f2,f3,f4,f5,f6,f7"));
    for (int i = 0; i < HISTORY; i++) {
      if (stream.anomaly(i)) {
        continue;
      }
      double[] x = stream.features(i);
      lines.add(
          String.join(
              ",", IntStream.range(0, x.length).mapToObj(k -> Double.toString(x[k])).toList()));
    }
    Path rows = Files.write(folder.resolve("history.csv"), lines);
    Path file = folder.resolve("model.avro");
    CliRun run =
        CliRun.of(
            "fit",
            "--data=" + rows,
            "--model=" + file,
            "--width=8",
            "--iterations=200",
            "--trim=0.03",
            "--calibration=0.4");
    assertThat(run.code()).as(run.err()).isZero();
    return file;
  }

  private List<String> arguments(TopicNames topics, String... more) {
    return Stream.concat(
            Stream.of(
                "--bootstrap-servers=" + broker.bootstrapServers(),
                "--features-topic=" + topics.features(),
                "--scores-topic=" + topics.scores(),
                "--anomalies-topic=" + topics.anomalies(),
                "--models-topic=" + topics.models(),
                "--dead-letters-topic=" + topics.deadLetters(),
                "--group-id=" + topics.scores(),
                "--starting-offsets=earliest",
                "--parallelism=1",
                "--model=" + model),
            Stream.of(more))
        .toList();
  }

  private void assertFlagsOfAReplay(List<byte[]> scores, int sent) throws Exception {
    Map<String, String> flags = new HashMap<>();
    for (byte[] value : scores) {
      AnomalyScore score = SingleObject.decode(value, AnomalyScore.class);
      assertThat(flags.put(score.getId(), score.getPValue() + " " + score.getFlaggedBy()))
          .as("twice: " + score.getId())
          .isNull();
    }
    Path replayed = folder.resolve("replayed.csv");
    CliRun run =
        CliRun.of(
            "replay",
            "--bootstrap-servers=" + broker.bootstrapServers(),
            "--features-topic=" + FLAGS.features(),
            "--model=" + model,
            "--train-window=3650d",
            "--fdr=0.2",
            "--fdr-memory=2000",
            "--scores=" + replayed);
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = Files.readAllLines(replayed);
    assertThat(lines).hasSize(sent + 1);
    int flagged = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      String flag = cells[9].isEmpty() ? "null" : cells[9];
      assertThat(flags.get(cells[0])).as(line).isEqualTo(Double.valueOf(cells[5]) + " " + flag);
      flagged += cells[9].isEmpty() ? 0 : 1;
    }
    System.out.println("decisions: " + flagged + " flags of " + sent + " as in a replay");
    assertThat(flagged).isBetween(100, sent - 1000);
  }

  private void assertTrainedOnDrift(OutputWatcher output) throws DecodeException {
    long driftedAt = Long.MAX_VALUE;
    for (byte[] value : output.values(DRIFT.scores())) {
      AnomalyScore score = SingleObject.decode(value, AnomalyScore.class);
      if (SteadyProducer.number(score.getId()) == stream.driftsAt()) {
        driftedAt = score.getEventTime().toEpochMilli();
      }
    }
    List<ModelCommand> asked = new ArrayList<>();
    List<ModelCommand> answers = new ArrayList<>();
    for (byte[] value : output.values(DRIFT.models())) {
      if (SingleObject.is(value, ModelCommand.class)) {
        ModelCommand command = SingleObject.decode(value, ModelCommand.class);
        (command.getStatus() == CommandStatus.ASKED ? asked : answers).add(command);
      }
    }
    assertThat(asked).isNotEmpty().allMatch(one -> one.getAction() == ModelAction.TRAIN);
    ModelCommand first = asked.get(0);
    assertThat(first.getSince().toEpochMilli()).isBetween(driftedAt, driftedAt + 2000);
    assertThat(answers)
        .filteredOn(answer -> answer.getId().equals(first.getId()))
        .singleElement()
        .satisfies(
            answer -> {
              assertThat(answer.getStatus()).isEqualTo(CommandStatus.APPLIED);
              assertThat(answer.getMessage()).contains("is left out of the window");
            });
    long since = driftedAt;
    assertThat(trained(output))
        .filteredOn(DecisionsITCase::early)
        .isNotEmpty()
        .allMatch(model -> model.windowStartMillis().orElseThrow() >= since);
  }

  /** Whether a model was trained on a quarter of a window. */
  private static boolean early(Provenance model) {
    return model.windowEndMillis().orElse(0) - model.windowStartMillis().orElse(0) == 4000;
  }

  private static List<Provenance> trained(OutputWatcher output) throws DecodeException {
    List<Provenance> trained = new ArrayList<>();
    for (byte[] value : output.values(DRIFT.models())) {
      if (!SingleObject.is(value, ModelCommand.class)) {
        trained.add(SnapshotCodec.fromBytes(value).provenance());
      }
    }
    return trained;
  }
}
