package io.otflow.cli;

import io.otflow.avro.ModelAction;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Keeps a model in use. */
@Command(
    name = "pin",
    sortOptions = false,
    description =
        "Keeps a model in use in a job that runs, whatever comes: it gets a version of its own, and"
            + " nothing is trained until 'unpin'.")
final class PinCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--version",
      paramLabel = "V",
      description = "The version to keep (default: the one in use).")
  private Long version;

  @Mixin private ModelCommandOptions options = new ModelCommandOptions();

  @Override
  public Integer call() throws IOException {
    spec.commandLine().getOut().println(options.ask(ModelAction.PIN, Optional.ofNullable(version)));
    return 0;
  }
}
