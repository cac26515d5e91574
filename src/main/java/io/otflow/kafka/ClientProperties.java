package io.otflow.kafka;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Properties of Kafka's clients, some of which are secret. */
public final class ClientProperties {

  private static final String HIDDEN = "[hidden]";

  private ClientProperties() {}

  /**
   * What may be shown of them: the values that Kafka's clients know and take for no password.
   *
   * @param properties properties of Kafka's clients
   * @return a copy, by key, with {@code [hidden]} in place of every other value
   */
  public static Map<String, String> shown(Map<String, String> properties) {
    Map<String, String> shown = new TreeMap<>(properties);
    shown.replaceAll((key, value) -> harmless(key) ? value : HIDDEN);
    return shown;
  }

  private static boolean harmless(String key) {
    List<ConfigDef.Type> types =
        Stream.of(
                ProducerConfig.configDef(),
                ConsumerConfig.configDef(),
                AdminClientConfig.configDef())
            .map(definition -> definition.configKeys().get(key))
            .filter(Objects::nonNull)
            .map(known -> known.type)
            .toList();
    return !types.isEmpty() && !types.contains(ConfigDef.Type.PASSWORD);
  }
}
