package io.otflow.kafka;

import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes records to a topic, every replica of it, none twice. The broker's answers come later: a
 * record that could not be written fails the next call. Thread-safe.
 */
public final class TopicWriter implements AutoCloseable {

  private final Properties client;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * A writer.
   *
   * @param client properties of Kafka's clients; they win over what {@link Clients#producer} sets
   * @param topic the topic, which exists
   * @throws BrokerException if the client cannot be set up
   */
  public TopicWriter(Properties client, String topic) {
    this.client = client;
    this.topic = topic;
    producer = Clients.producer(client);
  }

  /**
   * Hands over a record; returns before it is written, unless the client's memory is full.
   *
   * @param partition its partition; null leaves it to the key
   * @param key its key; may be null
   * @param value its value
   * @throws BrokerException if this one cannot be taken, or one before it could not be written
   */
  public void write(Integer partition, byte[] key, byte[] value) {
    check();
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(topic, partition, key, value),
              (metadata, e) -> {
                if (e != null) {
                  failure.compareAndSet(null, e);
                }
              });
    } catch (KafkaException e) {
      throw failed(e);
    }
  }

  /**
   * Waits until all records are written.
   *
   * @throws BrokerException if one could not be
   */
  public void flush() {
    try {
      producer.flush();
    } catch (KafkaException e) {
      throw failed(e);
    }
    check();
  }

  /**
   * Fails if a record could not be written.
   *
   * @throws BrokerException if one could not be
   */
  public void check() {
    if (failure.get() != null) {
      throw failed(failure.get());
    }
  }

  private BrokerException failed(Exception e) {
    return BrokerException.of("write to topic '" + topic + "'", client, e);
  }

  /** Writes what was handed over, as far as the broker takes it, and ends. */
  @Override
  public void close() {
    producer.close();
  }
}
