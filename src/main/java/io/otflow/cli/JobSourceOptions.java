package io.otflow.cli;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.flink.JobConfig;
import io.otflow.flink.JobConfig.StartingOffsets;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Where the job starts to read, where it ends, and what time it is. */
@Heading("Reading the stream")
final class JobSourceOptions {

  @Option(
      names = "--starting-offsets",
      paramLabel = "WHERE",
      converter = Choices.Offsets.class,
      completionCandidates = Choices.Offsets.class,
      description =
          "Where a job without state starts: earliest, latest, or committed, which is what the group"
              + " id has committed, or else earliest (default: committed).")
  private StartingOffsets startingOffsets = StartingOffsets.COMMITTED;

  @Option(
      names = "--bounded",
      arity = "0..1",
      fallbackValue = "true",
      description = "End at the present end of the topics (default: ${DEFAULT-VALUE}).")
  private boolean bounded;

  @Option(
      names = "--max-out-of-orderness",
      paramLabel = "TIME",
      converter = Durations.class,
      description =
          "How much older than the newest of its partition an event may be and still be sampled"
              + " into its window (default: 5s).")
  private Duration maxOutOfOrderness = Duration.ofSeconds(5);

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      converter = Durations.class,
      description =
          "After how long a partition without records no longer holds windows open (default:"
              + " 30s).")
  private Duration idleTimeout = Duration.ofSeconds(30);

  boolean bounded() {
    return bounded;
  }

  JobConfig.Source toSource(InputFormat input) {
    Checks.positive("--idle-timeout", idleTimeout);
    return new JobConfig.Source(startingOffsets, maxOutOfOrderness, idleTimeout, input);
  }
}
