package io.otflow.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;

/**
 * The environment that a job runs in. Where that is Flink in this process, its files and
 * checkpoints are in a temporary directory, unless its configuration names another: the memory that
 * Flink would use instead takes no more than 5 MB of held events. Closing it ends the job then, and
 * removes the directory.
 */
final class JobRun implements Closeable {

  private static final long END_SECONDS = 30;
  private static final int TRIES = 50;
  private static final long QUIET_MILLIS = 100;

  private final StreamExecutionEnvironment environment;
  private final Optional<Path> directory;
  private JobClient local;
  private boolean closed;

  JobRun() throws IOException {
    environment = StreamExecutionEnvironment.getExecutionEnvironment();
    boolean needed =
        isLocal()
            && environment
                .getConfiguration()
                .getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                .isEmpty();
    if (!needed) {
      directory = Optional.empty();
      return;
    }
    Path temporary = Files.createTempDirectory("otflow-checkpoints-");
    directory = Optional.of(temporary);
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, temporary.toUri().toString());
    configuration.set(CoreOptions.TMP_DIRS, temporary.toString());
    configuration.set(WebOptions.TMP_DIR, temporary.toString());
    environment.configure(configuration);
  }

  private boolean isLocal() {
    return environment instanceof LocalStreamEnvironment;
  }

  StreamExecutionEnvironment environment() {
    return environment;
  }

  /**
   * Runs what the environment holds: to its end, or, on a cluster, as far as Flink waits for it.
   *
   * @param name of the job
   * @return how it ended
   * @throws Exception why it did not, as Flink says it
   */
  JobExecutionResult execute(String name) throws Exception {
    return isLocal() ? submit(name).getJobExecutionResult().get() : environment.execute(name);
  }

  private synchronized JobClient submit(String name) throws Exception {
    if (closed) {
      throw new IOException("the job was ended before it ran");
    }
    local = environment.executeAsync(name);
    return local;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try {
      if (local != null) {
        end(local);
        local = null;
      }
    } finally {
      if (directory.isPresent()) {
        delete(directory.get());
      }
    }
  }

  private static void end(JobClient job) throws IOException {
    try {
      if (!job.getJobExecutionResult().isDone()) {
        job.cancel().get(END_SECONDS, TimeUnit.SECONDS);
        job.getJobExecutionResult()
            .handle((result, cancelled) -> true)
            .get(END_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the job was cancelled", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the job was not cancelled: " + e, e);
    }
  }

  /** Flink goes on clearing up for a moment after a job's end, and writes there meanwhile. */
  private static void delete(Path directory) throws IOException {
    try {
      int quiet = 0;
      IOException last = null;
      for (int i = 0; i < TRIES; i++) {
        try {
          quiet = Files.exists(directory) ? 0 : quiet + 1;
          if (quiet == 2) {
            return;
          }
          FileUtils.deleteDirectory(directory.toFile());
        } catch (IOException e) {
          last = e;
        }
        TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      }
      throw new IOException("cannot remove " + directory, last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + directory + " was removed", e);
    }
  }
}
