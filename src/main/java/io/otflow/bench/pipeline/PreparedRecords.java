package io.otflow.bench.pipeline;

import io.otflow.kafka.TopicWriter;
import io.otflow.local.SyntheticStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** The records that a run reads: numbered, one millisecond of event time apart. */
final class PreparedRecords {

  private PreparedRecords() {}

  /** The id of an event; its number is what follows the dash. */
  static String id(int event) {
    return "event-" + event;
  }

  static int number(String id) {
    return Integer.parseInt(id.substring(id.indexOf('-') + 1));
  }

  /**
   * Writes the first events of a stream into a topic, one partition after the other, so that each
   * gets as many.
   *
   * @param client properties of Kafka's clients
   * @param startMillis event time of the first, milliseconds since 1970
   */
  static void write(
      Properties client,
      String topic,
      int partitions,
      SyntheticStream stream,
      int events,
      long startMillis) {
    try (TopicWriter writer = new TopicWriter(client, topic)) {
      for (int i = 0; i < events; i++) {
        writer.write(
            i % partitions,
            id(i).getBytes(StandardCharsets.UTF_8),
            stream.record(i, id(i), startMillis + i));
      }
      writer.flush();
    }
  }
}
