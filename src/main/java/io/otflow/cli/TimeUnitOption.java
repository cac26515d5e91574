package io.otflow.cli;

import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** What a time counts that is a plain number. */
@Heading("Records")
final class TimeUnitOption {

  @Option(
      names = "--time-unit",
      paramLabel = "ms|s|us|ns",
      converter = Choices.TimeUnits.class,
      completionCandidates = Choices.TimeUnits.class,
      description =
          "What times count that are plain numbers since 1970 (default: ms, or what Avro's schema"
              + " says).")
  private Choices.Unit unit;

  /** For picocli. */
  TimeUnitOption() {}

  /** The unit; null where none was asked for. */
  TimeUnit unit() {
    return unit == null ? null : unit.unit();
  }

  /** The unit of times in a file. */
  TimeUnit ofFile() {
    return unit == null ? TimeUnit.MILLISECONDS : unit.unit();
  }
}
