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

/** Takes an earlier model up again. */
@Command(
    name = "rollback",
    sortOptions = false,
    description =
        "Takes an earlier model up again in a job that runs: it gets a version of its own, and"
            + " training goes on from it.")
final class RollbackCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--version", paramLabel = "V", description = "The version to take up again.")
  private Long version;

  @Mixin private ModelCommandOptions options = new ModelCommandOptions();

  @Override
  public Integer call() throws IOException {
    spec.commandLine()
        .getOut()
        .println(options.ask(ModelAction.ROLLBACK, Optional.ofNullable(version)));
    return 0;
  }
}
