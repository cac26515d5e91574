package io.otflow.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A shell to which one command after the other is given; variables stay from one to the next. */
public final class Terminal implements AutoCloseable {

  private static final long PATIENCE_MINUTES = 20;

  private final Path directory;
  private final Process shell;
  private final Writer in;
  private final BufferedReader out;

  /**
   * Opens it.
   *
   * @param directory where commands run
   * @param environment variables that they have
   */
  public Terminal(Path directory, Map<String, String> environment) throws IOException {
    this.directory = directory;
    ProcessBuilder builder =
        new ProcessBuilder("bash").directory(directory.toFile()).redirectError(Redirect.DISCARD);
    builder.environment().putAll(environment);
    shell = builder.start();
    in = shell.outputWriter(StandardCharsets.UTF_8);
    out = shell.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Runs a command.
   *
   * @param command as it is typed
   * @return how it ended
   */
  public Command run(String command) throws IOException, InterruptedException {
    Path log = log();
    String code = answer("{ " + command + "\n} >'" + log + "' 2>&1 </dev/null; echo $?");
    return new Command(Integer.parseInt(code), Files.readString(log));
  }

  /**
   * Starts a command that goes on until it is stopped.
   *
   * @param command as it is typed
   * @return it
   */
  public Service start(String command) throws IOException, InterruptedException {
    Path log = log();
    return new Service(answer(command + " >'" + log + "' 2>&1 </dev/null & echo $!"), log);
  }

  /** A command that goes on. */
  public final class Service {

    private final String pid;
    private final Path log;

    private Service(String pid, Path log) {
      this.pid = pid;
      this.log = log;
    }

    /** What it has printed. */
    public String text() throws IOException {
      return Files.readString(log);
    }

    /** Whether it goes on. */
    public boolean alive() {
      return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Interrupts it, as whoever closes the window does, and waits for its end. */
    public void stop() throws IOException, InterruptedException {
      String unused = answer("kill -TERM " + pid + "; wait " + pid + "; echo $?");
    }

    /** Waits for its end, and tells how it ended. */
    public Command end() throws IOException, InterruptedException {
      String code = answer("wait " + pid + "; echo $?");
      return new Command(Integer.parseInt(code), text());
    }
  }

  /** Sets a variable. */
  public void set(String name, String value) throws IOException, InterruptedException {
    String unused = answer(name + "='" + value + "'; echo");
  }

  /**
   * A file for what a command prints. It is there, and empty, before the command is: the shell
   * answers before a command that goes on has opened it.
   */
  private Path log() throws IOException {
    return Files.createTempFile(directory, "terminal-", ".log");
  }

  private String answer(String line) throws IOException, InterruptedException {
    in.write(line + "\n");
    in.flush();
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return out.readLine();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    try {
      String text = answer.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
      if (text == null) {
        throw new IOException("the shell has ended at: " + line);
      }
      return text;
    } catch (ExecutionException e) {
      throw new IOException("the shell does not answer", e);
    } catch (TimeoutException e) {
      throw new IOException("no end in " + PATIENCE_MINUTES + " minutes: " + line, e);
    }
  }

  @Override
  public void close() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
  }
}
