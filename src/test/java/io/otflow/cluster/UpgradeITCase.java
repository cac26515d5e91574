package io.otflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.testing.Await;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints that earlier versions have left are taken up by this one: from parallelism 1 to 4,
 * with their offsets, their model in every subtask, and the trainer's count of versions. A change
 * that breaks this breaks the upgrade of every job that runs.
 *
 * <p>{@code -Dotflow.upgrade.record=NAME} records the savepoint of the present version instead.
 */
@Tag("cluster")
class UpgradeITCase {

  private static final TopicNames TOPICS = TopicNames.DEFAULTS;
  private static final Path SAVEPOINTS =
      Path.of("src", "test", "resources", "io", "otflow", "upgrade", "savepoints");
  private static final String RECORD = System.getProperty("otflow.upgrade.record", "");
  private static final int PARTITIONS = 4;

  /** Events before the savepoint: two windows, the second one open. */
  private static final int BEFORE = 1500;

  private static final int AFTER = 1500;
  private static final SyntheticStream STREAM = SyntheticStream.of(100_000, 11);

  @TempDir private static Path folder;

  private KafkaProcess broker;
  private FlinkProcesses flink;
  private Properties client;

  static List<String> savepoints() throws Exception {
    if (!RECORD.isEmpty()) {
      return List.of(RECORD);
    }
    try (Stream<Path> all = Files.list(SAVEPOINTS)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private interface Body {
    void run() throws Exception;
  }

  private void onACluster(String name, Body body) throws Exception {
    Path files = folder.resolve(name);
    try (KafkaProcess ownBroker = new KafkaProcess(files.resolve("kafka"));
        FlinkProcesses ownFlink =
            new FlinkProcesses(
                files.resolve("flink"),
                Map.of(
                    "execution.checkpointing.interval", "1s", "taskmanager.numberOfTaskSlots", "4"),
                List.of(),
                Map.of())) {
      broker = ownBroker;
      flink = ownFlink;
      client = new Properties();
      client.setProperty("bootstrap.servers", broker.bootstrapServers());
      Topics.ensure(client, TOPICS.features(), PARTITIONS, Map.of());
      body.run();
    }
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
        "1s",
        "--max-out-of-orderness",
        "10ms",
        "--history",
        "0",
        "--train-sample",
        "256",
        "--width",
        "4",
        "--iterations",
        "10");
  }

  /** Events of fixed times, one a millisecond. */
  private void send(int from, int to) {
    try (KafkaProducer<byte[], byte[]> producer = Clients.producer(client)) {
      for (int i = from; i < to; i++) {
        byte[] value = STREAM.record(i, "e" + i, 1_700_000_000_000L + i);
        var unused =
            producer.send(new ProducerRecord<>(TOPICS.features(), i % PARTITIONS, null, value));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("savepoints")
  void anEarlierSavepointIsTakenUp(String name) throws Exception {
    if (name.equals(RECORD)) {
      onACluster("recording", () -> record(name));
    }
    onACluster(
        name,
        () -> {
          // What the savepoint has read must be there, though nobody reads it again.
          send(0, BEFORE + AFTER);
          String path = SAVEPOINTS.resolve(name).toAbsolutePath().toUri().toString();
          String job = flink.submit(Optional.of(path), arguments(4));
          flink.awaitRunning(job);
          try (OutputWatcher watcher = new OutputWatcher(client, TOPICS.all(), TOPICS.scores())) {
            Await.until("every score", () -> watcher.count(TOPICS.scores()) >= AFTER);
            Await.until("a model", () -> watcher.count(TOPICS.models()) > 0);
            assertScores(watcher);
            assertThat(SnapshotCodec.fromBytes(firstModel(watcher)).version()).isEqualTo(2);
          }
        });
  }

  private static byte[] firstModel(OutputWatcher watcher) {
    return watcher.values(TOPICS.models()).stream()
        .filter(value -> !SingleObject.is(value, ModelCommand.class))
        .findFirst()
        .orElseThrow();
  }

  /** State is small and within the file; what it was called there need not name this machine. */
  private static void forgetPlace(Path metadata) throws IOException {
    String text = Files.readString(metadata, StandardCharsets.ISO_8859_1);
    String place = folder.toAbsolutePath().toString();
    assertThat(text).contains(place);
    String anywhere = "/" + "x".repeat(place.length() - 1); // of the same length: it is prefixed
    Files.writeString(metadata, text.replace(place, anywhere), StandardCharsets.ISO_8859_1);
  }

  /** Each event behind the savepoint once, first by the model that was in it, in every subtask. */
  private static void assertScores(OutputWatcher watcher) throws Exception {
    Map<Integer, Long> versions = new TreeMap<>();
    for (byte[] value : watcher.values(TOPICS.scores())) {
      AnomalyScore score = SingleObject.decode(value, AnomalyScore.class);
      Long before =
          versions.put(Integer.parseInt(score.getId().substring(1)), score.getModelVersion());
      assertThat(before).as("scored twice: " + score.getId()).isNull();
      assertThat(score.getModelVersion()).as(score.getId()).isNotNull();
    }
    assertThat(versions.keySet())
        .containsExactlyElementsOf(IntStream.range(BEFORE, BEFORE + AFTER).boxed().toList());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(versions.get(BEFORE + partition)).as("partition " + partition).isEqualTo(1L);
    }
  }

  private void record(String name) throws Exception {
    send(0, BEFORE);
    String job = flink.submit(Optional.empty(), arguments(1));
    try (OutputWatcher watcher = new OutputWatcher(client, TOPICS.all(), TOPICS.scores())) {
      Await.until("every score", () -> watcher.count(TOPICS.scores()) >= BEFORE);
      Await.until("a model", () -> watcher.count(TOPICS.models()) >= 1);
    }
    Path target = SAVEPOINTS.resolve(name);
    FileUtils.deleteDirectory(target.toFile());
    FileUtils.copy(
        new org.apache.flink.core.fs.Path(URI.create(flink.stop(job))),
        new org.apache.flink.core.fs.Path(target.toAbsolutePath().toUri()),
        false);
    forgetPlace(target.resolve("_metadata"));
  }
}
