package io.otflow.demo;

import io.otflow.local.SyntheticStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends the stream at a steady rate: the time of an event is the time when it is sent. */
final class DemoProducer {

  private final SyntheticStream stream;
  private final DemoSettings settings;
  private final String topic;

  DemoProducer(SyntheticStream stream, DemoSettings settings, String topic) {
    this.stream = stream;
    this.settings = settings;
    this.topic = topic;
  }

  /** The id of an event; its number is what follows the dash. */
  static String id(int event) {
    return "event-" + event;
  }

  static int number(String id) {
    return Integer.parseInt(id.substring(id.indexOf('-') + 1));
  }

  /**
   * Sends everything.
   *
   * @param startMillis when the first event is sent, milliseconds since 1970
   */
  void run(Properties client, long startMillis) throws InterruptedException {
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < stream.events(); i++) {
        long time = startMillis + settings.timeOf(i);
        long wait = time - System.currentTimeMillis();
        if (wait > 0) {
          TimeUnit.MILLISECONDS.sleep(wait);
        }
        var unused =
            producer.send(
                new ProducerRecord<>(
                    topic, id(i).getBytes(StandardCharsets.UTF_8), stream.record(i, id(i), time)),
                (metadata, e) -> {
                  if (e != null) {
                    failure.compareAndSet(null, e);
                  }
                });
      }
      producer.flush();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("an event could not be sent", failure.get());
    }
  }
}
