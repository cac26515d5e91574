package io.otflow.bench.soak;

import io.otflow.kafka.TopicWriter;
import io.otflow.local.SyntheticStream;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Sends a stream on a thread of its own, at a rate that can be changed. */
final class SoakProducer implements AutoCloseable {

  private static final long SLICE_MILLIS = 5;

  private final SyntheticStream stream;
  private final int partitions;
  private final TopicWriter writer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread;
  private volatile double perSecond;
  private volatile long sent;
  private volatile boolean closed;

  SoakProducer(Properties client, SyntheticStream stream, String topic, int partitions) {
    this.stream = stream;
    this.partitions = partitions;
    Properties prompt = new Properties();
    prompt.putAll(client);
    prompt.put(ProducerConfig.LINGER_MS_CONFIG, "1"); // part of the latency that is measured
    writer = new TopicWriter(prompt, topic);
    thread = new Thread(this::run, "otflow-soak-producer");
    thread.start();
  }

  /** The id of an event. */
  static String id(long event) {
    return "s" + event;
  }

  /** The number of an event. */
  static long number(String id) {
    return Long.parseLong(id.substring(1));
  }

  /** Changes the rate, events a second; 0 pauses. */
  void rate(double eventsPerSecond) {
    perSecond = eventsPerSecond;
  }

  /** Events handed to the producer so far. */
  long sent() {
    return sent;
  }

  private void run() {
    double due = 0;
    long next = 0;
    long last = System.nanoTime();
    try {
      while (!closed) {
        TimeUnit.MILLISECONDS.sleep(SLICE_MILLIS);
        long now = System.nanoTime();
        due = Math.min(due + perSecond * (now - last) / 1e9, perSecond);
        last = now;
        for (; due >= 1; due--) {
          send(next);
          next++;
          sent = next;
        }
      }
    } catch (InterruptedException | RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void send(long event) {
    writer.write(
        (int) (event % partitions),
        null,
        stream.record(event % stream.driftsAt(), id(event), System.currentTimeMillis()));
  }

  /** Fails if an event could not be sent. */
  void check() {
    if (failure.get() != null) {
      throw new IllegalStateException("an event could not be sent", failure.get());
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.close();
  }
}
