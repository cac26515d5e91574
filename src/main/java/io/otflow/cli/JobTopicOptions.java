package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.flink.JobConfig.TopicNames;
import java.util.HashSet;
import picocli.CommandLine.Option;

/** Names of the job's topics. */
@Heading("Topics")
final class JobTopicOptions {

  private static final String LEGAL = "[a-zA-Z0-9._-]{1,249}";
  private static final TopicNames DEFAULTS = TopicNames.DEFAULTS;

  @Option(
      names = "--features-topic",
      paramLabel = "TOPIC",
      description = "Events to score; must exist (default: ${DEFAULT-VALUE}).")
  private String features = DEFAULTS.features();

  @Option(
      names = "--scores-topic",
      paramLabel = "TOPIC",
      description = "Receives the score of every event (default: ${DEFAULT-VALUE}).")
  private String scores = DEFAULTS.scores();

  @Option(
      names = "--anomalies-topic",
      paramLabel = "TOPIC",
      description = "Receives the scores of anomalies (default: ${DEFAULT-VALUE}).")
  private String anomalies = DEFAULTS.anomalies();

  @Option(
      names = "--models-topic",
      paramLabel = "TOPIC",
      description =
          "Receives each model; compacted, so it keeps the newest. With --mode score it is read"
              + " and must exist (default: ${DEFAULT-VALUE}).")
  private String models = DEFAULTS.models();

  @Option(
      names = "--dead-letters-topic",
      paramLabel = "TOPIC",
      description = "Receives records that cannot be scored (default: ${DEFAULT-VALUE}).")
  private String deadLetters = DEFAULTS.deadLetters();

  /** The names, all different and legal. */
  TopicNames names() {
    TopicNames names = new TopicNames(features, scores, anomalies, models, deadLetters);
    for (String name : names.all()) {
      if (!name.matches(LEGAL) || name.equals(".") || name.equals("..")) {
        throw new InputException(
            "topic '" + name + "' is not a name that Kafka takes: letters, digits, . _ -");
      }
    }
    if (new HashSet<>(names.all()).size() < names.all().size()) {
      throw new InputException(
          "the topics " + String.join(", ", names.all()) + " must all be different");
    }
    return names;
  }
}
