package io.otflow.cli;

import io.otflow.flink.JobConfig;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;

/** Reads command lines that stand in files, as the program would, and runs nothing. */
public final class CommandLines {

  private CommandLines() {}

  /**
   * What a job's options come to.
   *
   * @param arguments options of {@code otflow job}
   */
  public static JobConfig job(List<String> arguments) throws IOException {
    JobCommand command = new JobCommand();
    new CommandLine(command).parseArgs(KafkaOptions.rewrite(arguments.toArray(String[]::new)));
    return command.resolved().toConfig();
  }

  /**
   * Fails unless the command line is one that {@code otflow} takes.
   *
   * @param arguments the command and its options
   */
  public static void parse(List<String> arguments) {
    new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(KafkaOptions.rewrite(arguments.toArray(String[]::new)));
  }
}
