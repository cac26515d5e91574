package io.otflow.cluster;

import io.otflow.kafka.TopicWriter;
import io.otflow.local.SyntheticStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Sends a synthetic stream at a steady rate, on a thread of its own, through whatever happens to
 * the broker, until it is told that it is enough. After every so many events comes a record that
 * cannot be scored.
 */
final class SteadyProducer implements AutoCloseable {

  /** Events between two bad records. */
  static final int BAD_EVERY = 997;

  private final SyntheticStream stream;
  private final int atLeast;
  private final int partitions;
  private final double perSecond;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread;
  private final TopicWriter writer;
  private volatile int sent;
  private volatile boolean enough;

  SteadyProducer(
      Properties client,
      SyntheticStream stream,
      int atLeast,
      String topic,
      int partitions,
      double perSecond) {
    this.atLeast = atLeast;
    this.stream = stream;
    this.partitions = partitions;
    this.perSecond = perSecond;
    Properties patient = new Properties();
    patient.putAll(client);
    patient.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "600000");
    patient.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "600000");
    patient.put(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(256 << 20));
    writer = new TopicWriter(patient, topic);
    thread = new Thread(this::run, "steady-producer");
    thread.start();
  }

  /** Name of an event. */
  static String id(int event) {
    return "e" + event;
  }

  /** Number of an event. */
  static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }

  /** Bad records among so many events. */
  static int bad(int events) {
    return (events + BAD_EVERY - 1) / BAD_EVERY;
  }

  /** The bytes of a bad record. */
  static byte[] badValue(int event) {
    return ("not a feature vector " + event).getBytes(StandardCharsets.UTF_8);
  }

  /** Events handed to the producer so far. */
  int sent() {
    return sent;
  }

  private void run() {
    long start = System.nanoTime();
    try {
      for (int i = 0; i < atLeast || !enough; i++) {
        long wait = start + (long) (i / perSecond * 1e9) - System.nanoTime();
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        if (i % BAD_EVERY == 0) {
          send(i, badValue(i));
        }
        send(i, stream.record(i, id(i), System.currentTimeMillis()));
        sent = i + 1;
      }
      writer.flush();
    } catch (InterruptedException | RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void send(int event, byte[] value) {
    writer.write(event % partitions, null, value);
  }

  /** Ends the stream, waits until all of it is acknowledged, and says how many events it had. */
  int finish() throws InterruptedException {
    enough = true;
    thread.join();
    if (failure.get() != null) {
      throw new IllegalStateException("an event could not be sent", failure.get());
    }
    return sent;
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
    writer.close();
  }
}
