package io.otflow.flink;

import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Finds or makes the job's topics, before it is submitted. */
public final class JobTopics {

  private static final String LARGEST = Integer.toString(Clients.LARGEST_RECORD_BYTES);

  /** Keeps the newest model, however large. */
  private static final Map<String, String> MODELS_CONFIG =
      Map.of("cleanup.policy", "compact", "max.message.bytes", LARGEST);

  /** Room for any record that could be read, and what is told about it. */
  private static final Map<String, String> DEAD_LETTERS_CONFIG =
      Map.of("max.message.bytes", LARGEST);

  private JobTopics() {}

  /**
   * Checks that what the job reads exists, and creates what it writes and does not. New topics have
   * as many partitions as the features topic, the models topic has one.
   *
   * @param client properties of Kafka's clients
   * @param config the job
   * @return the job, with the largest records that its topics take
   * @throws io.otflow.kafka.MissingTopicException if a topic that is read does not exist
   * @throws io.otflow.kafka.BrokerException if the broker cannot be reached or refuses
   */
  public static JobConfig prepare(Properties client, JobConfig config) {
    TopicNames topics = config.kafka().topics();
    int partitions = Topics.requireExisting(client, topics.features());
    if (config.mode().trains()) {
      Topics.ensure(client, topics.models(), 1, MODELS_CONFIG);
    } else {
      Topics.requireExisting(client, topics.models());
    }
    if (config.mode().scores()) {
      Topics.ensure(client, topics.scores(), partitions, Map.of());
      Topics.ensure(client, topics.anomalies(), partitions, Map.of());
      Topics.ensure(client, topics.deadLetters(), partitions, DEAD_LETTERS_CONFIG);
    }
    return config.withLimits(
        limit(client, topics.models()),
        config.mode().scores() ? limit(client, topics.deadLetters()) : 0);
  }

  /** The largest record that a topic takes and the job's producers send. */
  private static int limit(Properties client, String topic) {
    int sent =
        Integer.parseInt(client.getProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST));
    return Math.min(
        sent, Topics.maxMessageBytes(client, topic).orElse(JobConfig.Kafka.DEFAULT_RECORD_BYTES));
  }
}
