package io.otflow.local;

import io.otflow.kafka.Topics;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/** A broker and a cluster that end together, whoever ends them first. */
public final class LocalSystem implements Closeable {

  private final Broker broker;
  private final LocalCluster cluster;
  private boolean closed;

  /**
   * Starts the cluster.
   *
   * @param broker the broker, which is this system's from now on
   * @param slots slots of the cluster
   * @param restarts whether a job that fails is restarted, as on a cluster, or ends
   * @param checkpointInterval time from one checkpoint to the next; empty: what the job sets
   * @throws Exception if it does not start; the broker is closed then
   */
  public LocalSystem(
      Broker broker, int slots, boolean restarts, Optional<Duration> checkpointInterval)
      throws Exception {
    this.broker = broker;
    LocalCluster running = null;
    boolean started = false;
    try {
      running = new LocalCluster(slots, restarts, checkpointInterval);
      Topics.ensureOffsets(client());
      started = true;
    } finally {
      if (!started) {
        try {
          if (running != null) {
            running.close();
          }
        } finally {
          broker.close();
        }
      }
    }
    cluster = running;
  }

  /**
   * Flink, in this process.
   *
   * @return the cluster
   */
  public LocalCluster cluster() {
    return cluster;
  }

  /**
   * Where clients find the broker.
   *
   * @return host:port
   */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /**
   * Properties of Kafka's clients.
   *
   * @return a new object
   */
  public Properties client() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers());
    return properties;
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      cluster.close();
    } finally {
      broker.close();
    }
  }
}
