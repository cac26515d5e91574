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
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

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
              // No stack trace: it would repeat the arguments.
              print(e.getCommandLine(), new UsageError(e, args).sentence());
              return BAD_INPUT;
            })
        .setExecutionExceptionHandler((e, command, parsed) -> report(command, e));
  }

  private static int report(CommandLine command, Throwable failure) {
    print(command, message(failure));
    if (System.getenv("OTFLOW_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return exitCode(failure);
  }

  private static void print(CommandLine command, String message) {
    command.getErr().println("otflow: " + oneLine(message));
    command.getErr().flush();
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
