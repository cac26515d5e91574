package io.otflow.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;

/** The files of the deployment, as the tests of this package read them. */
final class DeploymentFiles {

  static final Path COMPOSE = Path.of("docker-compose.yml");
  static final Path JOB = Path.of("deploy", "job.properties");
  static final Path DOCKERFILE = Path.of("deploy", "Dockerfile");
  static final Path KUBERNETES = Path.of("deploy", "kubernetes");
  static final Path RULES = Path.of("deploy", "prometheus", "rules.yml");
  static final Path DASHBOARD = Path.of("deploy", "grafana", "dashboards", "otflow.json");
  static final Path FLINK = Path.of("flink-conf", "config.yaml");
  static final Path FLINK_GPU = Path.of("flink-conf", "config-gpu.yaml");

  private DeploymentFiles() {}

  /** A file of YAML; anchors and merges are resolved. */
  static Map<String, Object> yaml(Path file) throws IOException {
    return new Yaml().load(Files.readString(file));
  }

  /** The map under a key. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object of, String key) {
    return (Map<String, Object>) ((Map<String, Object>) of).get(key);
  }

  /** Nested maps as one, whose keys are joined by dots. */
  static Map<String, String> flat(Map<String, Object> nested) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", nested, flat);
    return flat;
  }

  private static void flatten(String prefix, Map<String, Object> nested, Map<String, String> flat) {
    nested.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?>) {
            flatten(prefix + key + ".", map(nested, key), flat);
          } else {
            flat.put(prefix + key, String.valueOf(value));
          }
        });
  }
}
