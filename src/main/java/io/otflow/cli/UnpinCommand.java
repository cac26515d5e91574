package io.otflow.cli;

import io.otflow.avro.ModelAction;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lets models be replaced again. */
@Command(
    name = "unpin",
    sortOptions = false,
    description = "Lets models be trained and replaced again, after 'pin'.")
final class UnpinCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ModelCommandOptions options = new ModelCommandOptions();

  @Override
  public Integer call() throws IOException {
    spec.commandLine().getOut().println(options.ask(ModelAction.UNPIN, Optional.empty()));
    return 0;
  }
}
