package io.otflow.cli;

import io.otflow.engine.PipelinedEngine;
import io.otflow.flink.JobConfig;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the job gathers events and scores them. */
final class JobScoreOptions {

  @Mixin private ScoringOptions scoring;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Most events that are scored together (default: ${DEFAULT-VALUE}).")
  private int batchSize = JobConfig.Scoring.DEFAULT_BATCH_SIZE;

  @Option(
      names = "--linger",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "Longest that an event waits for others to be scored with (default: 5ms).")
  private Duration linger = Duration.ofMillis(JobConfig.Scoring.DEFAULT_LINGER_MILLIS);

  @Option(
      names = "--warm-up",
      paramLabel = "pass|hold",
      converter = Choices.WarmUps.class,
      completionCandidates = Choices.WarmUps.class,
      description =
          "Before the first model: let events pass unscored, or hold them in state and score them"
              + " once it is there (default: hold with --bounded, else pass).")
  private Choices.WarmUp warmUp;

  @Option(
      names = "--hold-limit",
      paramLabel = "N",
      description =
          "Most events that each subtask holds; past it the oldest passes unscored (default:"
              + " ${DEFAULT-VALUE}).")
  private int holdLimit = 200_000;

  JobConfig.Scoring toScoring(boolean bounded) {
    Checks.range("--batch-size", batchSize, 1, PipelinedEngine.MAX_BATCH);
    Checks.range("--linger in milliseconds", linger.toMillis(), 0, 60_000);
    Checks.range("--hold-limit", holdLimit, 1, 10_000_000);
    boolean hold = warmUp == null ? bounded : warmUp == Choices.WarmUp.HOLD;
    return new JobConfig.Scoring(scoring.choice(), batchSize, linger.toMillis(), hold, holdLimit);
  }
}
