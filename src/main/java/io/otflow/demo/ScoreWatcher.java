package io.otflow.demo;

import io.otflow.avro.AnomalyScore;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.flink.ModelCommands;
import io.otflow.kafka.Clients;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what the job has committed: scores, models, dead letters. Not thread-safe. */
final class ScoreWatcher implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicNames topics;
  private final ScoreLog log;

  ScoreWatcher(Properties client, TopicNames topics, ScoreLog log) {
    this.topics = topics;
    this.log = log;
    Properties properties = new Properties();
    properties.putAll(client);
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var unused =
        Clients.readFromBeginning(
            consumer, List.of(topics.scores(), topics.models(), topics.deadLetters()));
  }

  /** Takes in what is there, waiting for it no longer than a time. */
  void poll(Duration timeout) throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      try {
        if (record.topic().equals(topics.scores())) {
          log.add(SingleObject.decode(record.value(), AnomalyScore.class));
        } else if (record.topic().equals(topics.models())) {
          ModelCommands.model(record).ifPresent(log::add);
        } else {
          log.addDeadLetter();
        }
      } catch (DecodeException e) {
        throw new IOException("the job wrote what cannot be read: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
