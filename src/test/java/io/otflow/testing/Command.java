package io.otflow.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command in a process of its own that has ended.
 *
 * @param code its exit code
 * @param text what it printed, to stdout and stderr together
 */
public record Command(int code, String text) {

  /** Far longer than any takes. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /**
   * Runs a command.
   *
   * @param builder the command
   * @return how it ended
   * @throws IOException if it cannot be started, or does not end in five minutes
   */
  public static Command run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path output = Files.createTempFile("otflow-command", ".txt");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended) {
        throw new IOException(builder.command() + " does not end; it printed:\n" + text);
      }
      return new Command(process.exitValue(), text);
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  /** Runs a command. */
  public static Command run(List<String> command) throws IOException, InterruptedException {
    return run(new ProcessBuilder(command));
  }

  /** Signals a process: STOP, CONT. The shell's own command, as not every machine has another. */
  public static void signal(Process process, String name) throws IOException, InterruptedException {
    Command sent = run(List.of("sh", "-c", "kill -" + name + " " + process.pid()));
    if (sent.code() != 0) {
      throw new IOException("process " + process.pid() + " cannot be signalled: " + sent.text());
    }
  }

  /**
   * Makes a program of a command, which takes more arguments.
   *
   * @param program where it goes
   * @param environment variables that it has
   * @param command the command and its first arguments, none with a quote in it
   */
  public static void write(Path program, Map<String, String> environment, List<String> command)
      throws IOException {
    StringBuilder text = new StringBuilder("#!/bin/sh\n");
    environment.forEach((name, value) -> text.append("export %s='%s'\n".formatted(name, value)));
    text.append("exec");
    command.forEach(word -> text.append(" '").append(word).append('\''));
    Files.writeString(program, text.append(" \"$@\"\n"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The command that runs a class with the Java of this process. */
  public static List<String> java(
      List<String> options, String classPath, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    return command;
  }
}
