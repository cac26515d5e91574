package io.otflow.bench.pipeline;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.bench.StreamModel;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.flink.ModelCommands;
import io.otflow.kafka.Clients;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads what a run has committed, and counts it. The topics carry the time of the broker. */
final class RunReader {

  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicNames topics;
  private final byte[] seen;
  private final Arrivals arrivals = new Arrivals();
  private final Trainings trainings = new Trainings();
  private int distinct;
  private int duplicates;
  private int scored;
  private int deadLetters;

  private RunReader(TopicNames topics, int events) {
    this.topics = topics;
    seen = new byte[events];
  }

  /**
   * Reads the topics of a run that has ended.
   *
   * @param client properties of Kafka's clients
   * @param topics the run's topics
   * @param events events that it read
   * @return what came out
   * @throws IOException if a record cannot be read
   */
  static RunResult read(Properties client, TopicNames topics, int events) throws IOException {
    RunReader reader = new RunReader(topics, events);
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
      reader.readAll(consumer);
    }
    return reader.result();
  }

  private void readAll(KafkaConsumer<byte[], byte[]> consumer) throws IOException {
    List<TopicPartition> partitions =
        Clients.readFromBeginning(
            consumer, List.of(topics.scores(), topics.models(), topics.deadLetters()));
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        try {
          add(record);
        } catch (DecodeException e) {
          throw new IOException("the job wrote what cannot be read: " + e.getMessage(), e);
        }
      }
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) throws DecodeException {
    if (record.topic().equals(topics.scores())) {
      arrivals.add(record.timestamp());
      add(SingleObject.decode(record.value(), AnomalyScore.class));
    } else if (record.topic().equals(topics.models())) {
      ModelCommands.model(record).ifPresent(model -> add(model, record.timestamp()));
    } else {
      deadLetters++;
    }
  }

  private void add(ModelSnapshot model, long arrivedMillis) {
    if (model.version() > StreamModel.VERSION) {
      trainings.add(model.provenance().createdAtMillis(), arrivedMillis);
    }
  }

  private void add(AnomalyScore score) {
    int event = PreparedRecords.number(score.getId());
    if (seen[event] == 0) {
      seen[event] = 1;
      distinct++;
    } else {
      duplicates++;
    }
    scored += score.getStatus() == ScoreStatus.SCORED ? 1 : 0;
  }

  private RunResult result() throws IOException {
    if (arrivals.total() == 0) {
      throw new IOException("the job wrote no scores");
    }
    return new RunResult(
        arrivals.perSecond(),
        distinct,
        seen.length - distinct,
        duplicates,
        scored,
        deadLetters,
        trainings.count(),
        trainings.busyShare(arrivals.fromMillis(), arrivals.toMillis()));
  }
}
