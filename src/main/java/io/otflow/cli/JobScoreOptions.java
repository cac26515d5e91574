package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.detect.LordMemory;
import io.otflow.engine.PipelinedEngine;
import io.otflow.flink.FlagRule;
import io.otflow.flink.Flagging;
import io.otflow.flink.JobConfig;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the job gathers events and scores them. */
@Heading("Scoring")
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

  @Option(
      names = "--fdr",
      paramLabel = "SHARE",
      description =
          "Flag so that of the flags at most this share is false, in each scoring subtask's own part"
              + " of the stream, instead of a fixed share of the ordinary events (--alert-rate).")
  private Double fdr;

  @Option(
      names = "--fdr-rule",
      paramLabel = "lord|e-lond",
      converter = Choices.FdrRules.class,
      completionCandidates = Choices.FdrRules.class,
      description =
          "With --fdr: lord, for ordinary events that do not depend on each other, or e-lond, whatever"
              + " depends on what, which finds less (default: lord).")
  private FlagRule fdrRule = FlagRule.LORD;

  @Option(
      names = "--fdr-memory",
      paramLabel = "N",
      description =
          "With --fdr-rule lord: events after which a flag counts 1/e (default: ${DEFAULT-VALUE}).")
  private long fdrMemory = LordMemory.DEFAULT_MEMORY;

  private Flagging flagging() {
    if (fdr == null) {
      return Flagging.FIXED;
    }
    try {
      return new Flagging(fdrRule, fdr, fdrMemory);
    } catch (IllegalArgumentException e) {
      throw new InputException("--fdr: " + e.getMessage(), e);
    }
  }

  /** Refuses two rules at once; where options were given is what a command was parsed from. */
  void check(CommandLine.ParseResult given) {
    if (fdr != null && given.hasMatchedOption("--alert-rate")) {
      throw new InputException("--fdr and --alert-rate exclude each other");
    }
  }

  JobConfig.Scoring toScoring(boolean bounded) {
    Checks.range("--batch-size", batchSize, 1, PipelinedEngine.MAX_BATCH);
    Checks.range("--linger in milliseconds", linger.toMillis(), 0, 60_000);
    Checks.range("--hold-limit", holdLimit, 1, 10_000_000);
    boolean hold = warmUp == null ? bounded : warmUp == Choices.WarmUp.HOLD;
    return new JobConfig.Scoring(
        scoring.choice(), batchSize, linger.toMillis(), hold, holdLimit, flagging());
  }
}
