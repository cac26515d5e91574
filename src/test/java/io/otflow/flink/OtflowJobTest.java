package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.engine.EngineChoice;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.train.TrainingConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The graph: its uids, which are where savepoints are found again, and what it sets. */
class OtflowJobTest {

  /** The whole job, or one side of it, as configured by default. */
  static StreamExecutionEnvironment environment(JobConfig.Mode mode, Configuration configuration) {
    return environment(mode, new SampleSettings(600_000, 0, 4096, 1), configuration);
  }

  private static StreamExecutionEnvironment environment(
      JobConfig.Mode mode, SampleSettings sampling, Configuration configuration) {
    JobConfig config =
        new JobConfig(
            mode,
            false,
            new JobConfig.Kafka(
                "127.0.0.1:1",
                JobConfig.TopicNames.DEFAULTS,
                "otflow",
                DeliveryGuarantee.EXACTLY_ONCE,
                Map.of()),
            new JobConfig.Source(
                JobConfig.StartingOffsets.COMMITTED, Duration.ofSeconds(5), Duration.ofSeconds(30)),
            new JobConfig.Scoring(
                EngineChoice.of(Engines.AUTO, Integration.rk4(0)), 256, 5, false, 1000),
            new JobConfig.Training(sampling, TrainingConfig.DEFAULTS),
            ModelKeys.NONE,
            Optional.of("file:///snapshots"),
            Optional.empty());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    new OtflowJob(config).addTo(env);
    return env;
  }

  private static List<String> uids(JobConfig.Mode mode) {
    return uids(environment(mode, new Configuration()));
  }

  private static List<String> uids(StreamExecutionEnvironment env) {
    return env.getStreamGraph().getStreamNodes().stream()
        .map(StreamNode::getTransformationUID)
        .toList();
  }

  @Test
  void aJobThatTrainsOnDriftHasOneSinkMore() {
    SampleSettings cut = new SampleSettings(600_000, 0, 4096, 1).cutByDrift();
    for (JobConfig.Mode mode : JobConfig.Mode.values()) {
      List<String> more = new ArrayList<>(uids(environment(mode, cut, new Configuration())));
      more.removeAll(uids(mode));
      assertThat(more)
          .as(mode.name())
          .filteredOn(uid -> !uid.startsWith("Sink Committer"))
          .isEqualTo(mode.scores() ? List.of("drift-commands-sink") : List.of());
    }
  }

  @Test
  void theUidsOfTheWholeJobStayAsTheyAre() {
    assertThat(uids(JobConfig.Mode.SCORE_AND_TRAIN))
        .doesNotHaveDuplicates()
        .contains(
            "features-source",
            "sample",
            "train",
            "score",
            "anomalies-filter",
            "scores-sink",
            "anomalies-sink",
            "dead-letters-sink",
            "models-sink",
            "snapshot-directory-sink");
  }

  @ParameterizedTest
  @EnumSource(JobConfig.Mode.class)
  void everyOperatorHasAUidAndAName(JobConfig.Mode mode) {
    StreamGraph graph = environment(mode, new Configuration()).getStreamGraph();
    assertThat(graph.getStreamNodes())
        .allSatisfy(
            node -> {
              assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotBlank();
              assertThat(node.getOperatorName()).isNotBlank();
            });
  }

  @Test
  void aJobThatOnlyScoresReadsTheModels() {
    assertThat(uids(JobConfig.Mode.SCORE))
        .contains("models-source", "score")
        .doesNotContain("sample", "train", "models-sink");
    assertThat(uids(JobConfig.Mode.TRAIN))
        .contains("sample", "train", "models-sink")
        .doesNotContain("score", "scores-sink", "models-source");
  }

  @Test
  void onlyTheTrainerAndWhatFollowsItIsSingle() {
    StreamGraph graph =
        environment(JobConfig.Mode.SCORE_AND_TRAIN, new Configuration()).getStreamGraph();
    assertThat(graph.getStreamNodes())
        .filteredOn(node -> node.getParallelism() == 1)
        .extracting(StreamNode::getTransformationUID)
        .contains("train", "models-sink", "snapshot-directory-sink")
        .doesNotContain("score", "sample", "scores-sink");
  }

  @Test
  void noTypeIsLeftToKryo() {
    StreamExecutionEnvironment env =
        environment(JobConfig.Mode.SCORE_AND_TRAIN, new Configuration());
    assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
  }

  @Test
  void theCheckpointIntervalIsSetWhereTheClusterSetsNone() {
    StreamExecutionEnvironment env =
        environment(JobConfig.Mode.SCORE_AND_TRAIN, new Configuration());
    assertThat(env.getCheckpointConfig().getCheckpointInterval()).isEqualTo(10_000);
    Configuration cluster = new Configuration();
    cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMinutes(1));
    cluster.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 3);
    env = environment(JobConfig.Mode.SCORE_AND_TRAIN, cluster);
    assertThat(env.getCheckpointConfig().getCheckpointInterval()).isEqualTo(60_000);
    assertThat(env.getCheckpointConfig().getTolerableCheckpointFailureNumber()).isEqualTo(3);
  }
}
