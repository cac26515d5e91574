package io.otflow.deploy;

import static io.otflow.deploy.DeploymentFiles.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.cli.CommandLines;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What {@code docker-compose.yml} promises, as far as it can be seen without an engine; {@code
 * deploy/try-compose} brings it up.
 */
class ComposeTest {

  private static final Set<String> WITHOUT_HEALTH = Set.of("topics", "producer");

  private static Map<String, Object> file;
  private static Map<String, Object> services;

  @BeforeAll
  static void read() throws IOException {
    file = DeploymentFiles.yaml(DeploymentFiles.COMPOSE);
    services = map(file, "services");
  }

  @SuppressWarnings("unchecked")
  private static List<String> list(Object service, String key) {
    return (List<String>) ((Map<String, Object>) service).getOrDefault(key, List.of());
  }

  @Test
  void versionsArePinnedAndPortsAreThisMachines() {
    services.forEach(
        (name, service) -> {
          assertThat((String) ((Map<?, ?>) service).get("image"))
              .as(name)
              .matches("[a-z/-]+:v?\\d+\\.\\d+\\.\\d+(-gpu)?");
          assertThat(list(service, "ports"))
              .as(name)
              .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
        });
  }

  @Test
  void theOrderOfStartWaitsForHealth() {
    services.forEach(
        (name, service) -> {
          if (!WITHOUT_HEALTH.contains(name)) {
            assertThat(map(service, "healthcheck")).as(name).containsKeys("test", "interval");
          }
          Map<String, Object> needs = map(service, "depends_on");
          if (needs != null) {
            assertThat(services).containsKeys(needs.keySet().toArray(String[]::new));
          }
        });
    assertThat(map(map(services.get("producer"), "depends_on"), "jobmanager"))
        .containsEntry("condition", "service_healthy");
    assertThat(map(map(services.get("jobmanager"), "depends_on"), "topics"))
        .containsEntry("condition", "service_completed_successfully");
  }

  @Test
  void everyVolumeIsDeclared() {
    services.forEach(
        (name, service) ->
            list(service, "volumes").stream()
                .map(volume -> volume.substring(0, volume.indexOf(':')))
                .filter(volume -> !volume.startsWith("."))
                .forEach(volume -> assertThat(map(file, "volumes")).as(name).containsKey(volume)));
  }

  @Test
  void theJobIsThatOfTheSharedFile() throws IOException {
    List<String> command = new ArrayList<>(list(services.get("jobmanager"), "command"));
    assertThat(command.remove(0)).isEqualTo("start-job");
    assertThat(Files.readString(DeploymentFiles.DOCKERFILE))
        .contains("COPY deploy/job.properties /opt/otflow/job.properties");
    int file = command.indexOf("/opt/otflow/job.properties");
    command.set(file, DeploymentFiles.JOB.toString());
    assertThat(CommandLines.job(command).snapshotDirectory()).contains("file:///data/models");
  }

  @Test
  void theProducerIsACommandOfOurs() {
    List<String> command = list(services.get("producer"), "command");
    assertThat(command.get(0)).isEqualTo("otflow");
    CommandLines.parse(command.subList(1, command.size()));
  }

  /** The image's configuration is ours, but for what a container changes; this finds the lines. */
  @Test
  void theDockerfileEditsLinesThatAreThere() throws IOException {
    String conf = Files.readString(DeploymentFiles.FLINK);
    assertThat(conf)
        .contains("bind-host: localhost", "address: localhost", "\n  host: localhost\n");
    assertThat(DeploymentFiles.yaml(DeploymentFiles.FLINK).keySet())
        .doesNotContainAnyElementsOf(DeploymentFiles.yaml(DeploymentFiles.FLINK_GPU).keySet());
  }
}
