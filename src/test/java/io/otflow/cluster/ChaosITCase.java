package io.otflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.DeadLetter;
import io.otflow.avro.ScoreStatus;
import io.otflow.codec.DecodeException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Await;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job on a real cluster and a real broker, while task managers, the job manager and the broker
 * die, hang and come back: nothing is lost, doubled or wrongly flagged. {@code
 * -Dotflow.chaos.events=200000} takes the long way, with every fault of the short one and longer
 * ones.
 */
@Tag("cluster")
class ChaosITCase {

  private static final int EVENTS = Integer.getInteger("otflow.chaos.events", 60_000);
  private static final double RATE = Integer.getInteger("otflow.chaos.rate", 500);
  private static final boolean LONG = EVENTS >= 100_000;
  private static final Duration FREEZE = Duration.ofSeconds(LONG ? 30 : 8);
  private static final Duration BROKER_AWAY = Duration.ofSeconds(LONG ? 10 : 2);
  private static final int PARTITIONS = 4;

  @TempDir private static Path folder;

  private KafkaProcess broker;
  private FlinkProcesses flink;
  private SteadyProducer producer;
  private OutputWatcher watcher;
  private Path snapshots;
  private int sent;

  @Test
  void nothingIsLostDoubledOrWronglyFlagged() throws Exception {
    TopicNames topics = TopicNames.DEFAULTS;
    broker = new KafkaProcess(folder.resolve("kafka"));
    snapshots = Files.createDirectories(folder.resolve("snapshots"));
    Properties client = new Properties();
    client.setProperty("bootstrap.servers", broker.bootstrapServers());
    for (String topic : topics.all()) {
      Topics.ensure(client, topic, topic.equals(topics.models()) ? 1 : PARTITIONS, Map.of());
    }
    SyntheticStream stream = SyntheticStream.of(EVENTS, 7);
    try (KafkaProcess unusedBroker = broker;
        FlinkProcesses cluster =
            new FlinkProcesses(folder.resolve("flink"), settings(), List.of(), Map.of(), 2);
        OutputWatcher output = new OutputWatcher(client, topics.all(), topics.scores());
        SteadyProducer events =
            new SteadyProducer(client, stream, EVENTS, topics.features(), PARTITIONS, RATE)) {
      flink = cluster;
      watcher = output;
      producer = events;
      String job = disturb(topics);
      sent = producer.finish();
      Await.until("every score", () -> watcher.count(topics.scores()) >= sent);
      flink.stop(job);
      Await.until(
          "every dead letter",
          () -> watcher.count(topics.deadLetters()) >= SteadyProducer.bad(sent));
      TimeUnit.SECONDS.sleep(2); // What came twice would come now.
      report("longest gap in the output: " + seconds(watcher.longestGap()));
      assertScores(topics);
      assertModels(topics);
      assertDeadLetters(topics);
    }
  }

  /** What the project ships, on this test's directories, with checkpoints that come faster. */
  private static Map<String, String> settings() {
    Map<String, String> settings =
        new HashMap<>(GlobalConfiguration.loadConfiguration("flink-conf").toMap());
    Path flink = folder.resolve("flink");
    settings.keySet().removeIf(key -> key.startsWith("metrics.") || key.startsWith("env.java"));
    settings.put("execution.checkpointing.dir", flink.resolve("checkpoints").toUri().toString());
    settings.put(
        "execution.checkpointing.savepoint-dir", flink.resolve("savepoints").toUri().toString());
    settings.put("execution.checkpointing.interval", "2s");
    settings.put("taskmanager.numberOfTaskSlots", "1");
    settings.put("taskmanager.memory.process.size", "1536m");
    settings.put("jobmanager.memory.process.size", "1024m");
    for (String own :
        List.of("jobmanager.rpc.address", "jobmanager.rpc.port", "rest.address", "rest.port")) {
      settings.remove(own);
    }
    return settings;
  }

  private List<String> arguments(int parallelism) {
    return List.of(
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--starting-offsets",
        "earliest",
        "--parallelism",
        String.valueOf(parallelism),
        "--train-window",
        "4s",
        "--max-out-of-orderness",
        "1s",
        "--train-sample",
        "1024",
        "--width",
        "16",
        "--iterations",
        "60",
        "--snapshot-dir",
        snapshots.toString());
  }

  private String disturb(TopicNames topics) throws Exception {
    String job = flink.submit(Optional.empty(), arguments(1));
    Await.until("the first model", () -> watcher.count(topics.models()) > 0);

    int busy = flink.busyTaskManager();
    recovery(
        "kill -9 of a task manager",
        () -> {
          flink.kill("taskmanager" + busy);
          flink.startTaskManager(busy);
        });
    calm();
    recovery(
        "stop and start of the broker, away for " + seconds(BROKER_AWAY),
        () -> {
          broker.stop();
          TimeUnit.MILLISECONDS.sleep(BROKER_AWAY.toMillis());
          broker.start();
        });
    calm();
    recovery(
        "broker frozen for " + seconds(FREEZE),
        () -> {
          broker.freeze();
          TimeUnit.MILLISECONDS.sleep(FREEZE.toMillis());
          broker.thaw();
        });
    calm();
    String[] running = {job};
    recovery("savepoint, rescale from 1 to 2", () -> running[0] = rescale(running[0], 2));
    calm();
    int other = flink.busyTaskManager();
    recovery(
        "kill -9 of a task manager of two",
        () -> {
          flink.kill("taskmanager" + other);
          flink.startTaskManager(other);
        });
    calm();
    // The job began anew with the savepoint, and has one of its own only after a while.
    Await.until("a checkpoint", () -> flink.newestCheckpoint(running[0]).isPresent());
    recovery(
        "kill -9 of the job manager, job submitted again from its newest checkpoint",
        () -> {
          flink.kill("jobmanager");
          String checkpoint = flink.newestCheckpoint(running[0]).orElseThrow();
          flink.startJobManager();
          flink.awaitTaskManagers(2);
          running[0] = flink.submit(Optional.of(checkpoint), arguments(2));
        });
    calm();
    recovery("savepoint, rescale from 2 to 1", () -> running[0] = rescale(running[0], 1));
    // Each fault ends the training that runs; how many windows got through is the machine's.
    Await.until("models of three windows", () -> watcher.count(topics.models()) >= 3);
    return running[0];
  }

  private String rescale(String job, int parallelism) throws Exception {
    return flink.submit(Optional.of(flink.stop(job)), arguments(parallelism));
  }

  /** Does a fault, and measures until every event that was sent before it has its score. */
  private void recovery(String fault, Action action) throws Exception {
    int before = producer.sent();
    long start = System.nanoTime();
    action.run();
    long ended = System.nanoTime();
    Await.until(
        "output after " + fault, () -> watcher.count(TopicNames.DEFAULTS.scores()) > before);
    long now = System.nanoTime();
    report(
        String.format(
            "%s, done after %s: %s later all that was sent before was out",
            fault,
            seconds(Duration.ofNanos(ended - start)),
            seconds(Duration.ofNanos(now - ended))));
  }

  private static void report(String line) {
    System.out.println("chaos: " + line);
  }

  /** Lets some windows be trained on between two faults. */
  private void calm() throws InterruptedException {
    TimeUnit.SECONDS.sleep(LONG ? 15 : 1);
  }

  private interface Action {
    void run() throws Exception;
  }

  private static String seconds(Duration duration) {
    return String.format("%.1f s", duration.toMillis() / 1000.0);
  }

  private static List<AnomalyScore> scores(List<byte[]> values) throws DecodeException {
    List<AnomalyScore> scores = new ArrayList<>();
    for (byte[] value : values) {
      scores.add(SingleObject.decode(value, AnomalyScore.class));
    }
    return scores;
  }

  private void assertScores(TopicNames topics) throws DecodeException {
    List<AnomalyScore> scores = scores(watcher.values(topics.scores()));
    Set<String> flagged = new HashSet<>();
    int[] seen = new int[sent];
    long warmUp = 0;
    for (AnomalyScore score : scores) {
      seen[SteadyProducer.number(score.getId())]++;
      warmUp += score.getStatus() == ScoreStatus.WARMING_UP ? 1 : 0;
      if (score.getAnomaly()) {
        flagged.add(score.getId());
        assertThat(score.getLogLikelihood()).isLessThan(score.getThreshold());
      }
    }
    long lost = IntStream.of(seen).filter(n -> n == 0).count();
    long doubled = IntStream.of(seen).filter(n -> n > 1).count();
    List<AnomalyScore> anomalies = scores(watcher.values(topics.anomalies()));
    Set<String> alerted = new HashSet<>();
    anomalies.forEach(score -> alerted.add(score.getId()));
    System.out.printf(
        "chaos: %d events, lost %d, doubled %d, flagged %d, alerts %d, before the first model %d%n",
        sent, lost, doubled, flagged.size(), anomalies.size(), warmUp);
    assertThat(lost).as("events without a score").isZero();
    assertThat(doubled).as("events with more than one").isZero();
    assertThat(alerted).isEqualTo(flagged);
    assertThat(anomalies).hasSameSizeAs(flagged);
    assertThat(flagged).isNotEmpty();
  }

  private void assertModels(TopicNames topics) throws Exception {
    Map<Long, byte[]> published = new HashMap<>();
    List<Long> versions = new ArrayList<>();
    for (byte[] value : watcher.values(topics.models())) {
      ModelSnapshot model = SnapshotCodec.fromBytes(value);
      versions.add(model.version());
      published.put(model.version(), value);
    }
    System.out.println("chaos: models published: " + versions);
    for (int i = 1; i < versions.size(); i++) {
      assertThat(versions.get(i)).as("versions rise").isGreaterThan(versions.get(i - 1));
    }
    assertThat(versions).hasSizeGreaterThan(2);
    Set<Long> inDirectory = new HashSet<>();
    try (Stream<Path> files = Files.list(snapshots)) {
      for (Path file : files.toList()) {
        assertThat(file.getFileName().toString()).matches("model-v\\d{6}\\.avro");
        ModelSnapshot model = ModelFiles.read(file);
        inDirectory.add(model.version());
        assertThat(SnapshotCodec.toBytes(model))
            .as("model " + model.version())
            .isEqualTo(published.get(model.version()));
      }
    }
    assertThat(inDirectory).isEqualTo(published.keySet());
  }

  private void assertDeadLetters(TopicNames topics) throws IOException, DecodeException {
    List<String> letters = new ArrayList<>();
    for (byte[] value : watcher.values(topics.deadLetters())) {
      DeadLetter letter = SingleObject.decode(value, DeadLetter.class);
      letters.add(StandardCharsets.UTF_8.decode(letter.getValue()).toString());
    }
    List<String> bad =
        IntStream.range(0, sent)
            .filter(i -> i % SteadyProducer.BAD_EVERY == 0)
            .mapToObj(i -> new String(SteadyProducer.badValue(i), StandardCharsets.UTF_8))
            .toList();
    assertThat(letters).containsExactlyInAnyOrderElementsOf(bad);
  }
}
