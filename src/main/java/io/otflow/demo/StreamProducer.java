package io.otflow.demo;

import io.otflow.kafka.TopicWriter;
import io.otflow.local.SyntheticStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * Sends a synthetic stream at a steady rate: the time of an event is the time when it is sent. Its
 * id is a prefix and its number, and so is the key of its record.
 */
public final class StreamProducer {

  private final SyntheticStream stream;
  private final String prefix;
  private final LongUnaryOperator timeMillis;

  /**
   * A producer.
   *
   * @param timeMillis when an event is sent, by its number, milliseconds after the first
   */
  StreamProducer(SyntheticStream stream, String prefix, LongUnaryOperator timeMillis) {
    this.stream = stream;
    this.prefix = prefix;
    this.timeMillis = timeMillis;
  }

  /**
   * A producer of a stream that drifts again and again.
   *
   * @param driftEvery events between two drifts, at least 1
   * @param seed seed of the stream
   * @param prefix what ids begin with; a dash and the number follow
   * @param perSecond events a second, over 0
   * @return the producer
   */
  public static StreamProducer steady(long driftEvery, long seed, String prefix, double perSecond) {
    return new StreamProducer(
        new SyntheticStream(driftEvery, seed),
        prefix,
        event -> (long) (event / perSecond * TimeUnit.SECONDS.toMillis(1)));
  }

  /** The number of an event, which is what follows the last dash of its id. */
  static int number(String id) {
    return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
  }

  /**
   * Sends events, from the first one on.
   *
   * @param client properties of Kafka's clients
   * @param topic the topic, which exists
   * @param startMillis when the first event is sent, milliseconds since 1970
   * @param events how many
   * @throws InterruptedException if interrupted
   * @throws io.otflow.kafka.BrokerException if an event could not be sent
   */
  public void run(Properties client, String topic, long startMillis, long events)
      throws InterruptedException {
    try (TopicWriter writer = new TopicWriter(client, topic)) {
      for (long i = 0; i < events; i++) {
        long time = startMillis + timeMillis.applyAsLong(i);
        long wait = time - System.currentTimeMillis();
        if (wait > 0) {
          TimeUnit.MILLISECONDS.sleep(wait);
        }
        String id = prefix + "-" + i;
        writer.write(null, id.getBytes(StandardCharsets.UTF_8), stream.record(i, id, time));
      }
      writer.flush();
    }
  }
}
