package io.otflow.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker inside this process: broker and controller in one, on free ports of the loopback
 * interface, its data in a temporary directory that {@link #close} removes.
 */
public final class EmbeddedBroker implements Broker {

  private final TemporaryFolder folder;
  private final Path directory;
  private final KafkaRaftServer server;
  private final String bootstrapServers;

  /**
   * Starts a broker; it takes requests when this returns.
   *
   * @throws IOException if its directory cannot be made
   */
  public EmbeddedBroker() throws IOException {
    this(Map.of(), List.of());
  }

  /**
   * Starts a broker with settings and users of one's own; it takes requests when this returns. Its
   * listeners are {@code CLIENTS} and {@code CONTROLLER}.
   *
   * @param settings of Kafka's broker; they win over what is set here
   * @param scramUsers credentials, each as {@code SCRAM-SHA-512=[name=N,password=P]}
   * @throws IOException if its directory cannot be made
   */
  public EmbeddedBroker(Map<String, String> settings, List<String> scramUsers) throws IOException {
    int[] ports = freePorts();
    folder = new TemporaryFolder("otflow-broker-");
    directory = folder.path();
    bootstrapServers = "127.0.0.1:" + ports[0];
    boolean started = false;
    try {
      format(scramUsers);
      Properties properties = properties(ports);
      properties.putAll(settings);
      server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
      server.startup();
      started = true;
    } finally {
      if (!started) {
        deleteDirectory();
      }
    }
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  private void format(List<String> scramUsers) throws IOException {
    Formatter formatter =
        new Formatter()
            .setNodeId(1)
            .setClusterId(Uuid.randomUuid().toString())
            .setControllerListenerName("CONTROLLER")
            .setMetadataLogDirectory(directory.toString())
            .addDirectory(directory.toString())
            .setScramArguments(scramUsers)
            .setPrintStream(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      formatter.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + directory, e);
    }
  }

  private Properties properties(int[] ports) {
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", "1");
    p.setProperty("controller.quorum.voters", "1@127.0.0.1:" + ports[1]);
    p.setProperty(
        "listeners", "CLIENTS://127.0.0.1:" + ports[0] + ",CONTROLLER://127.0.0.1:" + ports[1]);
    p.setProperty("advertised.listeners", "CLIENTS://127.0.0.1:" + ports[0]);
    p.setProperty("controller.listener.names", "CONTROLLER");
    p.setProperty("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT");
    p.setProperty("inter.broker.listener.name", "CLIENTS");
    p.setProperty("log.dirs", directory.toString());
    p.setProperty("num.partitions", "2");
    p.setProperty("auto.create.topics.enable", "false");
    p.setProperty("offsets.topic.num.partitions", "1");
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("transaction.state.log.num.partitions", "4");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    return p;
  }

  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    }
  }

  /** Stops the broker and removes its data. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    deleteDirectory();
  }

  private void deleteDirectory() {
    try {
      folder.delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
