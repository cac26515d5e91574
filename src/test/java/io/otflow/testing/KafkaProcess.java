package io.otflow.testing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Kafka's own broker program in a process of its own, broker and controller in one, on the loopback
 * interface. It can be stopped, killed, frozen, and started again with what it had stored.
 */
public final class KafkaProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path directory;
  private final Path properties;
  private final int port;
  private Process process;

  /**
   * Starts a broker; it takes requests when this returns.
   *
   * @param directory where its data, its configuration and its log go
   */
  public KafkaProcess(Path directory) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    properties = directory.resolve("server.properties");
    int controller;
    try (ServerSocket first = freePort();
        ServerSocket second = freePort()) {
      port = first.getLocalPort();
      controller = second.getLocalPort();
    }
    Files.writeString(
        properties,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        inter.broker.listener.name=PLAINTEXT
        log.dirs=%3$s
        auto.create.topics.enable=false
        offsets.topic.num.partitions=1
        offsets.topic.replication.factor=1
        transaction.state.log.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        """
            .formatted(port, controller, directory.resolve("data")));
    Command formatted =
        Command.run(
            java(
                "kafka.tools.StorageTool",
                List.of("format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", properties.toString())));
    if (formatted.code() != 0) {
      throw new IOException("the broker's storage cannot be formatted:\n" + formatted.text());
    }
    start();
  }

  private static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static List<String> java(String main, List<String> arguments) {
    return Command.java(
        List.of("-Xmx512m"), System.getProperty("java.class.path"), main, arguments);
  }

  /**
   * Makes a program of one of Kafka's own tools.
   *
   * @param program where it goes
   * @param main the tool's class
   */
  public static void writeTool(Path program, String main) throws IOException {
    Command.write(program, Map.of(), java(main, List.of()));
  }

  /** Where clients find it: host:port. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Starts it, on the port and with the data that it had. */
  public void start() throws IOException, InterruptedException {
    Path log = directory.resolve("broker.log");
    process =
        new ProcessBuilder(java("kafka.Kafka", List.of(properties.toString())))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!listens()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("the broker did not come up:\n" + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Shuts it down in order. */
  public void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("the broker does not stop");
    }
  }

  /** Lets it hang: its connections stay, and nobody answers. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets a frozen broker go on. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Command.signal(process, name);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
