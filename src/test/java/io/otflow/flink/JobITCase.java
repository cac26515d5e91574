package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.engine.EngineChoice;
import io.otflow.engine.Integration;
import io.otflow.local.EmbeddedBroker;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.TrainingConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The job on a Flink cluster and a Kafka broker, both real, both in this process. */
@Timeout(90)
class JobITCase {

  /** Events in a window, 20 ms apart. */
  private static final int WINDOW_EVENTS = 500;

  private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(loopback())
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static EmbeddedBroker broker;

  private static Configuration loopback() {
    Configuration configuration = REPORTER.addToConfiguration(new Configuration());
    configuration.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    return configuration;
  }

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new EmbeddedBroker();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static JobConfig config(JobHarness harness, boolean bounded) {
    return new JobConfig(
        JobConfig.Mode.SCORE_AND_TRAIN,
        bounded,
        new JobConfig.Kafka(
            broker.bootstrapServers(),
            harness.topics,
            harness.topics.features(),
            DeliveryGuarantee.EXACTLY_ONCE,
            Map.of()),
        new JobConfig.Source(
            JobConfig.StartingOffsets.EARLIEST, Duration.ofSeconds(1), Duration.ofSeconds(5)),
        new JobConfig.Scoring(EngineChoice.of("auto", Integration.rk4(0)), 64, 5, bounded, 10_000),
        new JobConfig.Training(new SampleSettings(10_000, 0, 256, 1), TrainingConfig.DEFAULTS),
        ModelKeys.NONE,
        Optional.empty(),
        Optional.empty());
  }

  /** A job that is cancelled, and its slots given back, however the test ends. */
  private static final class RunningJob implements AutoCloseable {
    final JobClient client;

    RunningJob(StreamExecutionEnvironment env) throws Exception {
      client = env.executeAsync();
    }

    @Override
    public void close() throws Exception {
      if (!client.getJobStatus().get().isGloballyTerminalState()) {
        client.cancel().get();
      }
      while (!client.getJobStatus().get().isGloballyTerminalState()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private static JobConfig with(JobConfig c, JobConfig.Mode mode, Optional<String> snapshots) {
    return new JobConfig(
        mode,
        c.bounded(),
        c.kafka(),
        c.source(),
        c.scoring(),
        c.training(),
        c.keys(),
        snapshots,
        c.firstModel());
  }

  private static StreamExecutionEnvironment job(JobConfig config) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.enableCheckpointing(500);
    new OtflowJob(config, gpu -> new Fakes.SumEngine(), Fakes::train).addTo(env);
    return env;
  }

  @Test
  void aBoundedRunScoresEveryEventOnceAndEnds() throws Exception {
    try (JobHarness harness = new JobHarness(broker, "bounded")) {
      harness.sendNumbered(0, 2000);
      job(config(harness, true)).execute();
      assertEachOnce(harness, 2000);
      assertThat(harness.scores())
          .extracting(AnomalyScore::getStatus)
          .containsOnly(ScoreStatus.SCORED);
    }
  }

  @Test
  void aBoundedRunWithoutEnoughRowsForAModelEndsWithEveryEventUnscored() throws Exception {
    try (JobHarness harness = new JobHarness(broker, "few")) {
      harness.sendNumbered(0, 3);
      job(config(harness, true)).execute();
      assertThat(harness.scores())
          .hasSize(3)
          .extracting(AnomalyScore::getStatus)
          .containsOnly(ScoreStatus.WARMING_UP);
    }
  }

  @Test
  void metricsCountWhatHappened() throws Exception {
    try (JobHarness harness = new JobHarness(broker, "metrics")) {
      harness.sendNumbered(0, 400);
      harness.sendBytes(1, new byte[] {1, 2, 3});
      JobID id = job(config(harness, true)).execute().getJobID();
      assertThat(counted(id, "score.eventsScored")).isEqualTo(400);
      assertThat(counted(id, "score.deadLetters")).isEqualTo(1);
      assertThat(counted(id, "score.warmUpEvents")).isZero();
      assertThat(counted(id, "score.anomalies")).isLessThanOrEqualTo(400);
      assertThat(counted(id, "train.trainingRuns")).isEqualTo(1);
      assertThat(counted(id, "train.trainingFailures")).isZero();
      assertThat(gauges(id, "score.modelVersion")).containsOnly(1L);
      assertThat(gauges(id, "train.trainingTimeMillis")).hasSize(1);
      assertThat(gauges(id, "train.heldOutLoss")).hasSize(1);
      assertThat(gauges(id, "train.trainingLoss")).hasSize(1);
      assertThat(metrics(id, "score.batchSize"))
          .allSatisfy(
              histogram ->
                  assertThat(((Histogram) histogram).getStatistics().getMax()).isBetween(1L, 64L));
      assertThat(metrics(id, "score.scoringTime")).hasSize(2);
      assertThat(metrics(id, "score.modelAgeSeconds")).hasSize(2);
      assertThat(metrics(id, "score.swaps")).hasSize(2);
    }
  }

  private static Collection<Metric> metrics(JobID id, String name) {
    return REPORTER.findMetrics(id, ".*\\." + name.replace(".", "\\.\\d+\\.")).values();
  }

  private static long counted(JobID id, String name) {
    return metrics(id, name).stream().mapToLong(metric -> ((Counter) metric).getCount()).sum();
  }

  private static List<Object> gauges(JobID id, String name) {
    return metrics(id, name).stream()
        .<Object>map(metric -> ((Gauge<?>) metric).getValue())
        .toList();
  }

  @Test
  void whatCannotBeScoredGoesToDeadLettersAndTheJobGoesOn() throws Exception {
    try (JobHarness harness = new JobHarness(broker, "refused")) {
      harness.sendNumbered(0, 100);
      harness.sendBytes(1, new byte[] {1, 2, 3});
      harness.sendBytes(1, null);
      harness.send("nan", 2, 0, Double.NaN, 1.0);
      harness.send("three", 3, 0, 1.0, 2.0, 3.0);
      harness.sendNumbered(100, 200);
      job(config(harness, true)).execute();
      assertEachOnce(harness, 200);
      List<DeadLetter> letters =
          harness.read(harness.topics.deadLetters(), io.otflow.avro.DeadLetter.class).stream()
              .sorted(Comparator.comparing(io.otflow.avro.DeadLetter::getPartition))
              .map(
                  avro -> {
                    DeadLetter letter = new DeadLetter();
                    letter.partition = avro.getPartition();
                    letter.offset = avro.getOffset();
                    letter.reason = avro.getReason();
                    letter.value = avro.getValue() == null ? null : avro.getValue().array();
                    return letter;
                  })
              .toList();
      assertThat(letters).extracting(letter -> letter.partition).containsExactly(1, 1, 2, 3);
      assertThat(letters).extracting(letter -> letter.offset).contains(25L, 26L);
      // Its name, too, where a model was there before it.
      assertThat(letters.get(2).reason).contains("(index 0) is NaN", "id=nan", "partition 2");
      assertThat(letters.get(3).reason).contains("3 features", "the model's 2");
      assertThat(letters)
          .filteredOn(letter -> letter.offset == 25 && letter.partition == 1)
          .allSatisfy(letter -> assertThat(letter.value).containsExactly(1, 2, 3));
    }
  }

  @Test
  void versionsRiseAndEverySubtaskScoresManyEventsWithTheNewModel(@TempDir Path snapshots)
      throws Exception {
    try (JobHarness harness = new JobHarness(broker, "swap")) {
      JobConfig config =
          with(
              config(harness, false),
              JobConfig.Mode.SCORE_AND_TRAIN,
              Optional.of(snapshots.toUri().toString()));
      try (RunningJob running = new RunningJob(job(config))) {
        for (int window = 0; window < 4; window++) {
          harness.sendNumbered(window * WINDOW_EVENTS, (window + 1) * WINDOW_EVENTS);
          harness.awaitModel(window);
        }
        harness.sendNumbered(2000, 6000);
        harness.awaitScores(6000);
        harness.awaitModel(4);
        assertThat(metricsInJmx("swap")).isEmpty();
      }
      assertEachOnce(harness, 6000);
      // Two subtasks read four partitions: whatever the assignment, each of them shows up here.
      for (int partition = 0; partition < JobHarness.PARTITIONS; partition++) {
        int p = partition;
        assertThat(harness.scores())
            .filteredOn(s -> s.getPartition() == p && number(s) >= 2000)
            .hasSize(1000)
            .allSatisfy(s -> assertThat(s.getModelVersion()).isGreaterThanOrEqualTo(3));
        List<Long> versions =
            harness.scores().stream()
                .filter(s -> s.getPartition() == p && s.getModelVersion() != null)
                .sorted(Comparator.comparing(AnomalyScore::getOffset))
                .map(AnomalyScore::getModelVersion)
                .toList();
        assertThat(versions).isSorted();
      }
      List<Long> published = harness.models().stream().map(ModelSnapshot::version).toList();
      assertThat(published).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(4);
      try (Stream<Path> files = Files.list(snapshots)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .contains("model-v000001.avro", "model-v000003.avro")
            .noneMatch(name -> name.startsWith("."));
      }
    }
  }

  /** What the Kafka clients of a job have in JMX beside their versions. */
  private static List<String> metricsInJmx(String job) {
    return ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
        .filter(name -> name.getDomain().startsWith("kafka."))
        .filter(name -> String.valueOf(name.getKeyProperty("client-id")).contains(job + "-"))
        .map(ObjectName::getCanonicalName)
        .toList();
  }

  @Test
  void modelsReachTheTopicAndTheScorersThoughTheirDirectoryCannotBeWritten(@TempDir Path folder)
      throws Exception {
    Path place = Files.writeString(folder.resolve("models"), "a file");
    try (JobHarness harness = new JobHarness(broker, "no-directory")) {
      harness.sendNumbered(0, 2000);
      JobConfig config =
          with(
              config(harness, true),
              JobConfig.Mode.SCORE_AND_TRAIN,
              Optional.of(place.toUri().toString()));
      JobID id = job(config).execute().getJobID();
      int models = harness.models().size();
      assertThat(models).isPositive();
      assertThat(REPORTER.findMetrics(id, ".*snapshotWriteFailures").values())
          .singleElement()
          .satisfies(metric -> assertThat(((Counter) metric).getCount()).isEqualTo(models));
      assertEachOnce(harness, 2000);
      assertThat(harness.scores())
          .extracting(AnomalyScore::getStatus)
          .containsOnly(ScoreStatus.SCORED);
      assertThat(place).hasContent("a file");
    }
  }

  @Test
  void aSavepointLosesAndDoublesNothing(@TempDir Path savepoints) throws Exception {
    try (JobHarness harness = new JobHarness(broker, "savepoint")) {
      String savepoint;
      try (RunningJob first = new RunningJob(job(config(harness, false)))) {
        harness.sendNumbered(0, 3000);
        harness.awaitModel(1);
        harness.sendNumbered(3000, 4000);
        savepoint =
            first
                .client
                .stopWithSavepoint(
                    false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
      }
      SavedState.assertOwnFormats(savepoints);
      long newest = newestVersion(harness);
      harness.sendNumbered(4000, 6000);
      Configuration restore = new Configuration();
      restore.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      StreamExecutionEnvironment env = job(config(harness, false));
      env.configure(restore);
      try (RunningJob second = new RunningJob(env)) {
        harness.awaitScores(6000);
      }
      assertEachOnce(harness, 6000);
      assertThat(harness.models()).extracting(ModelSnapshot::version).doesNotHaveDuplicates();
      assertThat(harness.scores())
          .filteredOn(s -> number(s) >= 4000)
          .allSatisfy(s -> assertThat(s.getModelVersion()).isGreaterThanOrEqualTo(newest));
    }
  }

  @Test
  void scoringAndTrainingAlsoRunAsTwoJobs() throws Exception {
    try (JobHarness harness = new JobHarness(broker, "apart")) {
      harness.sendNumbered(0, 2000);
      JobConfig config = config(harness, true);
      job(with(config, JobConfig.Mode.TRAIN, Optional.empty())).execute();
      long newest = newestVersion(harness);
      assertThat(newest).isGreaterThanOrEqualTo(1);
      job(with(config, JobConfig.Mode.SCORE, Optional.empty())).execute();
      assertEachOnce(harness, 2000);
      assertThat(harness.scores()).extracting(AnomalyScore::getModelVersion).containsOnly(newest);
    }
  }

  private static long newestVersion(JobHarness harness) throws Exception {
    return harness.models().stream().mapToLong(ModelSnapshot::version).max().orElseThrow();
  }

  private static int number(AnomalyScore score) {
    return Integer.parseInt(score.getId().substring(1));
  }

  private static void assertEachOnce(JobHarness harness, int events) throws Exception {
    assertThat(harness.scores())
        .extracting(JobITCase::number)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, events).boxed().toList());
  }
}
