package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.demo.EmbeddedBroker;
import io.otflow.engine.Integration;
import io.otflow.train.TrainingConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The job on a Flink cluster and a Kafka broker, both real, both in this process. */
class JobITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static EmbeddedBroker broker;

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
        new JobConfig.Scoring("auto", Integration.rk4(0), 64, 5, bounded, 10_000),
        new JobConfig.Training(new SampleSettings(10_000, 0, 256, 1), TrainingConfig.DEFAULTS),
        Optional.empty(),
        Optional.empty());
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.enableCheckpointing(500);
    return env;
  }

  @Test
  void aBoundedRunScoresEveryEventOnceAndEnds() throws Exception {
    try (JobHarness harness = new JobHarness(broker, "bounded")) {
      for (int i = 0; i < 2000; i++) {
        harness.send("e" + i, i % JobHarness.PARTITIONS, i * 20L, (float) (i % 7), 1f);
      }
      harness.flush();
      StreamExecutionEnvironment env = environment();
      new OtflowJob(config(harness, true), Fakes.SumEngine::new, Fakes::train).addTo(env);
      env.execute();

      List<AnomalyScore> scores = harness.read(harness.topics.scores(), AnomalyScore.class);
      assertThat(scores).extracting(AnomalyScore::getId).doesNotHaveDuplicates().hasSize(2000);
      assertThat(scores).extracting(AnomalyScore::getStatus).containsOnly(ScoreStatus.SCORED);
    }
  }
}
