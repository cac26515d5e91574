package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.engine.DeviceException;
import io.otflow.engine.EngineUnavailableException;
import io.otflow.engine.UnsupportedModelException;
import io.otflow.kafka.BrokerException;
import io.otflow.kafka.MissingTopicException;
import io.otflow.train.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what went wrong into one line on stderr and an exit code. With {@code OTFLOW_DEBUG} set in
 * the environment the stack trace follows.
 */
final class Failures {

  /** Failed while running. */
  static final int FAILED = 1;

  /** Wrong usage or bad input. */
  static final int BAD_INPUT = 2;

  private Failures() {}

  static CommandLine reportedBy(CommandLine commandLine) {
    return commandLine
        .setParameterExceptionHandler(
            (e, args) -> {
              Optional<String> unknown = unknownOption(e, args);
              if (unknown.isPresent()) {
                e = new UnmatchedArgumentException(e.getCommandLine(), List.of(unknown.get()));
              }
              return report(e.getCommandLine(), e);
            })
        .setExecutionExceptionHandler((e, command, parsed) -> report(command, e));
  }

  /** Picocli names missing options before unknown ones; a mistyped name is both. */
  private static Optional<String> unknownOption(ParameterException e, String... args) {
    if (!(e instanceof MissingParameterException)) {
      return Optional.empty();
    }
    Set<String> known = e.getCommandLine().getCommandSpec().optionsMap().keySet();
    return Arrays.stream(args)
        .filter(a -> a.startsWith("--") && a.length() > 2)
        .map(a -> a.contains("=") ? a.substring(0, a.indexOf('=')) : a)
        .filter(a -> !known.contains(a))
        .findFirst();
  }

  private static int report(CommandLine command, Throwable failure) {
    command.getErr().println("otflow: " + oneLine(message(failure)));
    command.getErr().flush();
    if (System.getenv("OTFLOW_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return exitCode(failure);
  }

  private static int exitCode(Throwable failure) {
    return failure instanceof ParameterException
            || failure instanceof InputException
            || failure instanceof MissingTopicException
            || failure instanceof NoSuchFileException
        ? BAD_INPUT
        : FAILED;
  }

  private static String message(Throwable failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return "unknown option or argument '"
          + unmatched.getUnmatched().get(0)
          + (unmatched.getCommandLine().getParent() == null
              ? "'; 'otflow help' lists the commands"
              : "'; 'otflow help "
                  + unmatched.getCommandLine().getCommandName()
                  + "' lists the options");
    }
    if (failure instanceof NoSuchFileException e) {
      return e.getFile() + ": there is no such file or directory";
    }
    if (failure instanceof AccessDeniedException e) {
      return e.getFile() + ": access is denied";
    }
    if (failure instanceof FileSystemException e) {
      return e.getFile() + ": " + (e.getReason() == null ? "cannot be used" : e.getReason());
    }
    if (failure instanceof UncheckedIOException e) {
      return message(e.getCause());
    }
    boolean expected =
        failure instanceof ParameterException
            || failure instanceof InputException
            || failure instanceof TrainingException
            || failure instanceof BrokerException
            || failure instanceof DeviceException
            || failure instanceof EngineUnavailableException
            || failure instanceof UnsupportedModelException
            || failure instanceof MissingTopicException
            || failure instanceof IOException;
    String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return expected
        ? text
        : "failed unexpectedly: "
            + failure.getClass().getSimpleName()
            + ": "
            + text
            + " (set OTFLOW_DEBUG=1 for the stack trace)";
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
