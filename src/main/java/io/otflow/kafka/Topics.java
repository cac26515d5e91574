package io.otflow.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks topics up and creates them. Each call opens a client of its own and ends, one way or the
 * other, within {@link #TIMEOUT_MILLIS}.
 */
public final class Topics {

  /** How long a broker may take to answer. */
  public static final int TIMEOUT_MILLIS = 10_000;

  private Topics() {}

  /**
   * Makes sure that a topic exists; one that does is left as it is. A new one can be used at once.
   *
   * @param client properties of Kafka's clients, bootstrap.servers among them
   * @param name the topic
   * @param partitions its partitions, where it is created
   * @param config its configuration, where it is created
   * @return its partitions
   * @throws MissingTopicException if it can be no topic's name
   * @throws BrokerException if the broker cannot be reached or refuses
   */
  public static int ensure(
      Properties client, String name, int partitions, Map<String, String> config) {
    try (Admin admin = admin(client)) {
      Optional<Integer> existing = partitions(admin, client, name);
      if (existing.isPresent()) {
        return existing.get();
      }
      NewTopic topic =
          new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(config);
      try {
        get(admin.createTopics(List.of(topic)).all());
        awaitVisible(admin, client, name);
        return partitions;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicExistsException) {
          // Somebody else was faster.
          return partitions(admin, client, name).orElse(partitions);
        }
        throw BrokerException.of("create topic '" + name + "'", client, e.getCause());
      } catch (TimeoutException e) {
        throw BrokerException.of("create topic '" + name + "'", client, e);
      }
    }
  }

  /** A broker answers for a new topic a moment later than the controller that created it. */
  private static void awaitVisible(Admin admin, Properties client, String name)
      throws TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    while (partitions(admin, client, name).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("topic '" + name + "' was created, but is not there");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BrokerException("interrupted while waiting for topic '" + name + "'", e);
      }
    }
  }

  /**
   * Checks that a topic exists.
   *
   * @param client properties of Kafka's clients, bootstrap.servers among them
   * @param name the topic
   * @return its partitions
   * @throws MissingTopicException if it does not exist
   * @throws BrokerException if the broker cannot be reached or refuses
   */
  public static int requireExisting(Properties client, String name) {
    try (Admin admin = admin(client)) {
      return partitions(admin, client, name)
          .orElseThrow(
              () ->
                  new MissingTopicException(
                      "topic '" + name + "' does not exist on " + client.get("bootstrap.servers")));
    }
  }

  /**
   * The largest batch of records that a topic takes.
   *
   * @param client properties of Kafka's clients, bootstrap.servers among them
   * @param name the topic, which exists
   * @return its max.message.bytes; empty if who asks may not see it
   * @throws BrokerException if the broker cannot be reached or refuses
   */
  public static OptionalInt maxMessageBytes(Properties client, String name) {
    String what = "look up max.message.bytes of topic '" + name + "'";
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try (Admin admin = admin(client)) {
      Config config = get(admin.describeConfigs(List.of(topic)).values().get(topic));
      return OptionalInt.of(
          Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return OptionalInt.empty();
      }
      throw BrokerException.of(what, client, e.getCause());
    } catch (TimeoutException e) {
      throw BrokerException.of(what, client, e);
    }
  }

  /**
   * Deletes topics and what is in them.
   *
   * @param client properties of Kafka's clients, bootstrap.servers among them
   * @param names the topics
   * @throws BrokerException if the broker cannot be reached or refuses
   */
  public static void delete(Properties client, List<String> names) {
    String what = "delete topics " + String.join(", ", names);
    try (Admin admin = admin(client)) {
      get(admin.deleteTopics(names).all());
    } catch (ExecutionException e) {
      throw BrokerException.of(what, client, e.getCause());
    } catch (TimeoutException e) {
      throw BrokerException.of(what, client, e);
    }
  }

  /**
   * Makes sure that a broker can keep the offsets of consumers. It creates the topic for them at
   * the first question about any, and until it is there it refuses to commit.
   *
   * @param client properties of Kafka's clients, bootstrap.servers among them
   * @throws BrokerException if the broker cannot be reached or refuses
   */
  public static void ensureOffsets(Properties client) {
    String what = "look up the offsets of a consumer";
    try (Admin admin = admin(client)) {
      var unused = get(admin.listConsumerGroupOffsets("otflow").partitionsToOffsetAndMetadata());
    } catch (ExecutionException e) {
      throw BrokerException.of(what, client, e.getCause());
    } catch (TimeoutException e) {
      throw BrokerException.of(what, client, e);
    }
  }

  private static Admin admin(Properties client) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 2);
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    try {
      return Admin.create(properties);
    } catch (KafkaException e) {
      throw BrokerException.of("connect", client, e);
    }
  }

  private static Optional<Integer> partitions(Admin admin, Properties client, String name) {
    try {
      TopicDescription topic = get(admin.describeTopics(List.of(name)).topicNameValues().get(name));
      return Optional.of(topic.partitions().size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      if (e.getCause() instanceof InvalidTopicException) {
        throw new MissingTopicException(
            "topic '" + name + "' cannot exist: Kafka takes letters, digits, '.', '_' and '-'");
      }
      throw BrokerException.of("look up topic '" + name + "'", client, e.getCause());
    } catch (TimeoutException e) {
      throw BrokerException.of("look up topic '" + name + "'", client, e);
    }
  }

  private static <T> T get(KafkaFuture<T> future) throws ExecutionException, TimeoutException {
    try {
      return future.get(TIMEOUT_MILLIS + 1000L, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException("interrupted while waiting for the broker", e);
    }
  }
}
