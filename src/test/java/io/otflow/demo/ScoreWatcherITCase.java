package io.otflow.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.ModelAction;
import io.otflow.codec.Samples;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.flink.ModelCommands;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.local.EmbeddedBroker;
import io.otflow.model.Architecture;
import io.otflow.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What the demo reads of a job's topics, from a real broker. */
class ScoreWatcherITCase {

  private static final TopicNames TOPICS = TopicNames.DEFAULTS;

  @Test
  void aCommandAmongTheModelsIsNoModel() throws Exception {
    byte[] command =
        SingleObject.encode(ModelCommands.ask(ModelAction.UNPIN, null, System.currentTimeMillis()));
    byte[] model = SnapshotCodec.toBytes(Samples.model(Architecture.of(3, 5, 3), true, 1));
    ScoreLog log = new ScoreLog(1);
    try (EmbeddedBroker broker = new EmbeddedBroker()) {
      Properties client = new Properties();
      client.setProperty("bootstrap.servers", broker.bootstrapServers());
      for (String topic : List.of(TOPICS.scores(), TOPICS.models(), TOPICS.deadLetters())) {
        int unused = Topics.ensure(client, topic, 1, Map.of());
      }
      try (KafkaProducer<byte[], byte[]> producer = Clients.producer(client)) {
        producer.send(new ProducerRecord<>(TOPICS.models(), ModelCommands.key(), command)).get();
        producer.send(new ProducerRecord<>(TOPICS.models(), "1".getBytes(UTF_8), model)).get();
        producer.send(new ProducerRecord<>(TOPICS.deadLetters(), new byte[1])).get();
      }
      try (ScoreWatcher watcher = new ScoreWatcher(client, TOPICS, log)) {
        Await.until(
            "what was written",
            () -> {
              watcher.poll(Duration.ofSeconds(1));
              return log.modelVersions() > 0 && log.deadLetters() > 0;
            });
      }
    }
    assertThat(log.modelVersions()).isEqualTo(1);
    assertThat(log.deadLetters()).isEqualTo(1);
  }
}
