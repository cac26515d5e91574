package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.kafka.Topics;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** How many partitions a topic gets that a command creates, shared by those that write one. */
@Heading("Kafka")
final class PartitionsOption {

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of the topic where it is created (default: ${DEFAULT-VALUE}).")
  private int partitions = 1;

  /** For picocli. */
  PartitionsOption() {}

  /**
   * Refuses what no topic can have, before anything else is done.
   *
   * @throws InputException if it is out of its range
   */
  void check() {
    Checks.range("--partitions", partitions, 1, 100_000);
  }

  /**
   * Creates the topic if it is missing.
   *
   * @param client properties of Kafka's clients
   * @param topic the topic
   * @return how many partitions it has
   * @throws InputException if the option is out of its range
   */
  int ensure(Properties client, String topic) {
    check();
    return Topics.ensure(client, topic, partitions, Map.of());
  }
}
