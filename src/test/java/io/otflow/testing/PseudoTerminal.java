package io.otflow.testing;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A command on a terminal, as a person has it: bars move, and Ctrl-C interrupts. */
public final class PseudoTerminal implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 180;
  private static final int CTRL_C = 3;

  private final PtyProcess process;
  private final StringBuffer text = new StringBuffer();
  private final Thread reader;

  /**
   * Starts the command.
   *
   * @param directory where it runs
   * @param environment variables that it has beside those of this process
   * @param command it and its arguments
   */
  public PseudoTerminal(Path directory, Map<String, String> environment, List<String> command)
      throws IOException {
    Map<String, String> variables = new HashMap<>(System.getenv());
    variables.put("TERM", "xterm");
    variables.putAll(environment);
    process =
        new PtyProcessBuilder(command.toArray(String[]::new))
            .setDirectory(directory.toString())
            .setEnvironment(variables)
            .setInitialColumns(120)
            .setInitialRows(40)
            .start();
    reader = new Thread(this::read, "pseudo-terminal");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (Reader out = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      char[] chars = new char[4096];
      for (int n = out.read(chars); n >= 0; n = out.read(chars)) {
        text.append(chars, 0, n);
      }
    } catch (IOException e) {
      // A terminal whose process has ended cannot be read: this is how it says so.
      text.append(System.lineSeparator());
    }
  }

  /** What it has shown. */
  public String text() {
    return text.toString();
  }

  /** Waits until it has shown something, or has ended. */
  public void await(Pattern shown) throws Exception {
    Await.until(shown + " on the terminal", () -> shown.matcher(text).find() || !process.isAlive());
  }

  /** Waits until the process has a file of a name open, or has ended. */
  public void awaitOpen(String name) throws Exception {
    Path descriptors = Path.of("/proc", String.valueOf(process.pid()), "fd");
    Await.until(name + " opened", () -> !process.isAlive() || opened(descriptors, name));
  }

  private static boolean opened(Path descriptors, String name) throws IOException {
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.anyMatch(one -> target(one).endsWith(name));
    }
  }

  /** What a descriptor stands for; nothing if it was closed meanwhile. */
  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return Path.of("");
    }
  }

  /** Types Ctrl-C. */
  public void interrupt() throws IOException {
    OutputStream keys = process.getOutputStream();
    keys.write(CTRL_C);
    keys.flush();
  }

  /** Waits for its end, and tells its exit code. */
  public int end() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no end in " + PATIENCE_SECONDS + " s: " + text);
    }
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return process.exitValue();
  }

  @Override
  public void close() {
    ProcessHandle.of(process.pid())
        .ifPresent(one -> one.descendants().forEach(ProcessHandle::destroyForcibly));
    process.destroyForcibly();
  }
}
