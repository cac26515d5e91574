package io.otflow.watch;

import io.otflow.flink.JobConfig.TopicNames;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is watched, and where the page is.
 *
 * @param features topic of the events
 * @param scores topic of the scores
 * @param models topic of the models
 * @param deadLetters topic of the dead letters
 * @param host address that the page is served at
 * @param port its port; 0 for any that is free
 * @param firstWindow events that the first model waits for, where that is known
 */
public record WatchSettings(
    String features,
    String scores,
    String models,
    String deadLetters,
    String host,
    int port,
    OptionalLong firstWindow) {

  /**
   * Watches a job.
   *
   * @param topics the job's topics
   * @param host address that the page is served at
   * @param port its port; 0 for any that is free
   * @return the settings
   */
  public static WatchSettings of(TopicNames topics, String host, int port) {
    return new WatchSettings(
        topics.features(),
        topics.scores(),
        topics.models(),
        topics.deadLetters(),
        host,
        port,
        OptionalLong.empty());
  }

  /**
   * The same, of a job whose first model waits for a known number of events.
   *
   * @param events the number
   * @return a copy
   */
  public WatchSettings withFirstWindow(long events) {
    return new WatchSettings(
        features, scores, models, deadLetters, host, port, OptionalLong.of(events));
  }

  /**
   * The topics.
   *
   * @return all four
   */
  public List<String> topics() {
    return List.of(features, scores, models, deadLetters);
  }
}
