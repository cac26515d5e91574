package io.otflow.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete commands, options and their values. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description =
        "Prints a script for bash and zsh that completes commands, options, and values that are one"
            + " of a few: source <(otflow completion).")
final class CompletionCommand implements Runnable {

  @Spec private CommandSpec spec;

  /** For picocli. */
  CompletionCommand() {}

  @Override
  public void run() {
    CommandSpec root = spec.root();
    spec.commandLine().getOut().print(AutoComplete.bash(root.name(), root.commandLine()));
    spec.commandLine().getOut().flush();
  }
}
