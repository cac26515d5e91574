package io.otflow.local;

import io.otflow.flink.JobConfig;
import io.otflow.flink.OtflowJob;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster inside this process, with its web page on a free port of the loopback interface.
 * It runs one job at a time. All its files are in a temporary directory that {@link #close}
 * removes.
 */
public final class LocalCluster implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";
  private static final long TIMEOUT_SECONDS = 60;

  private final int slots;
  private final TemporaryFolder folder;
  private final Configuration configuration;
  private final MiniCluster cluster;
  private volatile JobID job;

  /**
   * Starts a cluster.
   *
   * @param slots its slots, which is the parallelism of the jobs it runs
   * @param restarts whether a job that fails is restarted, as on a cluster, or ends
   * @param checkpointInterval time from one checkpoint to the next; empty: what the job sets
   * @throws Exception if it does not start
   */
  public LocalCluster(int slots, boolean restarts, Optional<Duration> checkpointInterval)
      throws Exception {
    this.slots = slots;
    folder = new TemporaryFolder("otflow-flink-");
    Configuration wanted = null;
    MiniCluster made = null;
    boolean started = false;
    try {
      wanted = configuration(folder.path(), slots);
      if (!restarts) {
        wanted.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
      }
      if (checkpointInterval.isPresent()) {
        wanted.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval.get());
      }
      made =
          new MiniCluster(
              new MiniClusterConfiguration.Builder()
                  .setConfiguration(wanted)
                  .setNumTaskManagers(1)
                  .setNumSlotsPerTaskManager(slots)
                  .setCommonBindAddress(LOOPBACK)
                  .build());
      made.start();
      started = true;
    } finally {
      if (!started) {
        end(made, folder);
      }
    }
    configuration = wanted;
    cluster = made;
  }

  private static Configuration configuration(Path directory, int slots) {
    Configuration c = new Configuration();
    c.set(RestOptions.ADDRESS, LOOPBACK);
    c.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    c.set(RestOptions.BIND_PORT, "0");
    c.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    c.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    c.set(CoreOptions.TMP_DIRS, directory.toString());
    c.set(WebOptions.TMP_DIR, directory.toString());
    c.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
    MemorySize network = MemorySize.ofMebiBytes(Math.max(32, 16L * slots));
    c.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
    c.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
    c.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    return c;
  }

  /**
   * Where the web page is; returns once it answers.
   *
   * @return its address
   * @throws Exception if there is none
   */
  public URI webPage() throws Exception {
    URI page = cluster.getRestAddress().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    int answer = answerOf(page);
    while (answer != HttpURLConnection.HTTP_OK) {
      if (System.nanoTime() > deadline) {
        throw new IOException("Flink's page at " + page + " answers " + answer);
      }
      TimeUnit.MILLISECONDS.sleep(50);
      answer = answerOf(page);
    }
    return page;
  }

  private static int answerOf(URI page) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }

  /**
   * Starts a job and returns once it runs.
   *
   * @param config the job
   * @throws Exception if it does not run
   */
  public void submit(JobConfig config) throws Exception {
    start(config);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (status() != JobStatus.RUNNING) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the job is " + status() + " after " + TIMEOUT_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /**
   * Runs a bounded job to its end, however long that takes.
   *
   * @param config the job
   * @throws Exception if it does not end well
   */
  public void run(JobConfig config) throws Exception {
    start(config);
    JobResult result = cluster.requestJobResult(job).get();
    if (result.getSerializedThrowable().isPresent()) {
      throw new IOException(
          "the job did not end well: " + result.getSerializedThrowable().get().getMessage(),
          result.getSerializedThrowable().get());
    }
  }

  private void start(JobConfig config) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(slots);
    new OtflowJob(config).addTo(env);
    job = cluster.submitJob(env.getStreamGraph()).get(TIMEOUT_SECONDS, TimeUnit.SECONDS).getJobID();
  }

  /**
   * Checks that the job has not ended.
   *
   * @throws IOException if it has
   * @throws Exception if the cluster does not answer
   */
  public void requireRunning() throws Exception {
    JobStatus status = status();
    if (status.isGloballyTerminalState()) {
      throw new IOException("the job has ended early: " + status);
    }
  }

  /**
   * How often the job was restarted.
   *
   * @return the most attempts of any of its tasks, less the first
   * @throws Exception if the cluster does not answer
   */
  public int restarts() throws Exception {
    int most = 0;
    for (AccessExecutionVertex vertex :
        cluster
            .getExecutionGraph(job)
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .getAllExecutionVertices()) {
      most = Math.max(most, vertex.getCurrentExecutionAttempt().getAttemptNumber());
    }
    return most;
  }

  private JobStatus status() throws InterruptedException, ExecutionException, TimeoutException {
    return cluster.getJobStatus(job).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    try {
      if (job != null && cluster.isRunning() && !status().isGloballyTerminalState()) {
        cluster.cancelJob(job).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        cluster.requestJobResult(job).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Flink did not stop its job: " + e, e);
    } finally {
      end(cluster, folder);
    }
  }

  /** Ends a cluster, if it was made, and removes its files. */
  private static void end(MiniCluster made, TemporaryFolder folder) throws IOException {
    try {
      if (made != null) {
        made.closeAsync().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Flink did not stop: " + e, e);
    } finally {
      folder.delete();
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted while stopping Flink", e);
  }
}
