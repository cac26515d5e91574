package io.otflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line's entry point: one command a run. */
@Command(
    name = "otflow",
    synopsisHeading = "",
    customSynopsis = "otflow COMMAND [OPTIONS]",
    description =
        "%nFinds improbable events in a stream: learns what is usual, scores each event by its exact"
            + " log-likelihood, and flags the rarest.",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "",
    footerHeading = "%nExamples:%n",
    footer = {
      "  otflow demo",
      "  otflow fit --data past.csv --model m.avro",
      "  otflow score --data new.csv --model m.avro --scores scores.csv",
      "  otflow job --bootstrap-servers HOST:9092 --input-format json --features a,b",
      "",
      "'otflow help COMMAND' explains a command and its options.",
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      FitCommand.class,
      ScoreCommand.class,
      ReplayCommand.class,
      EvaluateCommand.class,
      SampleCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      SimulateCommand.class,
      JobCommand.class,
      RollbackCommand.class,
      PinCommand.class,
      UnpinCommand.class,
      WatchCommand.class,
      DemoCommand.class,
      BenchCommand.class,
      SoakCommand.class,
      CompletionCommand.class,
      HelpCommand.class,
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  /** For picocli. */
  Main() {}

  /**
   * Runs a command and ends the process with its exit code: 0 done, 1 failed while running, 2 wrong
   * usage or bad input.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(execute(new Main(), args));
  }

  /**
   * Runs a command, reporting its failures as one line each on stderr.
   *
   * @param command an object annotated for picocli
   * @param args its options; {@code --kafka.KEY=VALUE} may be among them
   * @return the exit code: 0 done, 1 failed while running, 2 wrong usage or bad input
   */
  public static int execute(Object command, String... args) {
    return Failures.reportedBy(HelpPage.of(new CommandLine(command)))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(KafkaOptions.rewrite(args));
  }

  /** Without a command, help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
