package io.otflow.cli;

import io.otflow.codec.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** How to reach the broker, shared by every command that does. */
@Heading("Kafka")
public final class KafkaOptions {

  static final String PREFIX = "--kafka.";

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description =
          "Kafka brokers to start from, separated by commas (default: ${DEFAULT-VALUE}). Any other"
              + " property of Kafka's clients: --kafka.KEY=VALUE.")
  private String bootstrapServers = "localhost:9092";

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "Properties of Kafka's clients from a file, as Kafka's own tools take them;"
              + " --kafka.KEY=VALUE win. The place for passwords.")
  private Path file;

  // Filled from the rewritten --kafka.KEY=VALUE; hidden because help would print it wrongly.
  @Option(names = PREFIX, hidden = true)
  private Map<String, String> properties = new LinkedHashMap<>();

  /** For picocli. */
  public KafkaOptions() {}

  /**
   * Makes {@code --kafka.KEY=VALUE} arguments into what picocli takes as entries of a map.
   *
   * @param args arguments
   * @return a copy, rewritten
   */
  public static String[] rewrite(String... args) {
    return Arrays.stream(args)
        .map(a -> a.startsWith(PREFIX) ? PREFIX + "=" + a.substring(PREFIX.length()) : a)
        .toArray(String[]::new);
  }

  /**
   * The brokers.
   *
   * @return host:port, separated by commas
   */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * The properties of Kafka's clients, the brokers among them.
   *
   * @return a new object
   * @throws InputException if an address is not host:port, a key is empty or the brokers', or the
   *     file is malformed
   * @throws IOException if the file cannot be read
   */
  public Properties properties() throws IOException {
    for (String server : bootstrapServers.split(",", -1)) {
      if (!server.strip().matches("(.*//)?([^:\\[\\]]+|\\[[0-9a-fA-F:.]+])(:\\d{1,5})")) {
        throw new InputException(
            "--bootstrap-servers is '"
                + bootstrapServers
                + "', expected HOST:PORT, or several separated by commas");
      }
    }
    if (properties.containsKey("")) {
      throw new InputException(
          "properties of Kafka's clients are given as --kafka.KEY=VALUE, one has no key");
    }
    Properties all = PropertiesFile.read(file);
    all.putAll(properties);
    if (all.containsKey("bootstrap.servers")) {
      throw new InputException("bootstrap.servers is given as --bootstrap-servers HOST:PORT");
    }
    all.put("bootstrap.servers", bootstrapServers);
    return all;
  }
}
