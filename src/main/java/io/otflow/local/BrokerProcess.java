package io.otflow.local;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Kafka broker in a process of its own, so that its heap and its garbage collector are not those
 * of the job. It listens on a free port of the loopback interface; its data is in a temporary
 * directory that {@link #close} removes. It also ends when this process does.
 */
public final class BrokerProcess implements Broker {

  private static final String MAX_HEAP = "-Xmx1g";
  private static final String LOG_CONFIGURATION = "log4j2.configurationFile";
  private static final long TIMEOUT_SECONDS = 60;

  private final TemporaryFolder folder;
  private final Process process;
  private final String bootstrapServers;

  /**
   * Starts a broker; it takes requests when this returns.
   *
   * @throws IOException if it does not start
   * @throws InterruptedException if the thread was interrupted meanwhile
   */
  public BrokerProcess() throws IOException, InterruptedException {
    folder = new TemporaryFolder("otflow-broker-process-");
    Path directory = folder.path();
    Path address = directory.resolve("address");
    process = start(command(directory, address));
    boolean started = false;
    try {
      bootstrapServers = await(address);
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private Process start(List<String> command) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      folder.delete();
      throw e;
    }
  }

  private static List<String> command(Path directory, Path address) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.add(MAX_HEAP);
    command.add("-Djava.io.tmpdir=" + directory);
    String logging = System.getProperty(LOG_CONFIGURATION);
    if (logging != null) {
      command.add("-D" + LOG_CONFIGURATION + "=" + logging);
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(BrokerMain.class.getName());
    command.add(address.toString());
    return command;
  }

  private String await(Path address) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!Files.exists(address)) {
      if (!process.isAlive()) {
        throw new IOException("the broker ended with exit code " + process.exitValue());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("the broker did not start in " + TIMEOUT_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return Files.readString(address);
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Stops the broker, by force if it takes over a minute, and removes its data. */
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while stopping the broker", e);
    } finally {
      folder.delete();
    }
  }
}
