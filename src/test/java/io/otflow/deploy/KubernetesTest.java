package io.otflow.deploy;

import static io.otflow.deploy.DeploymentFiles.flat;
import static io.otflow.deploy.DeploymentFiles.map;
import static io.otflow.deploy.DeploymentFiles.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.otflow.cli.CommandLines;
import io.otflow.flink.JobConfig;
import io.otflow.flink.JobGraphs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * The manifests, as the operator's own classes read them and its own schema allows them. The newest
 * release of those classes that Maven has knows Flink up to 1.20: the version is changed to that
 * before they see it, and nothing else.
 */
class KubernetesTest {

  private static final String CRD = "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";
  private static final String NEWEST_KNOWN = "v1_20";

  /**
   * What is another on Kubernetes: addresses and memory are the operator's, and state has places.
   */
  private static final List<String> OTHERS =
      List.of(
          "jobmanager.rpc.address",
          "jobmanager.rpc.port",
          "jobmanager.bind-host",
          "jobmanager.memory.process.size",
          "taskmanager.bind-host",
          "taskmanager.host",
          "taskmanager.memory.process.size",
          "rest.address",
          "rest.bind-address",
          "parallelism.default",
          "execution.checkpointing.dir",
          "execution.checkpointing.savepoint-dir");

  @TempDir private Path folder;

  static List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.list(DeploymentFiles.KUBERNETES)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.endsWith("storage.yaml"))
          .sorted()
          .toList();
    }
  }

  private static Map<String, Object> known(Path manifest) throws IOException {
    Map<String, Object> tree = yaml(manifest);
    assertThat(map(tree, "spec").put("flinkVersion", NEWEST_KNOWN)).isEqualTo("v2_2");
    return tree;
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void theOperatorReadsEveryField(Path manifest) throws IOException {
    FlinkDeployment deployment =
        new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .convertValue(known(manifest), FlinkDeployment.class);
    assertThat(deployment.getSpec().getJob().getEntryClass()).isEqualTo("io.otflow.cli.JobMain");
    assertThat(deployment.getSpec().getImage()).startsWith("flink-otflow:0.1.0");
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void theSchemaOfTheResourceAllowsIt(Path manifest) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Object> crd;
    try (InputStream in = KubernetesTest.class.getResourceAsStream(CRD)) {
      crd = new Yaml().load(in);
    }
    Object version = ((List<?>) map(crd, "spec").get("versions")).get(0);
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
            .getSchema(mapper.valueToTree(map(map(version, "schema"), "openAPIV3Schema")));
    assertThat(schema.validate(mapper.valueToTree(known(manifest)))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void theConfigurationIsThatOfFlinkConf(Path manifest) throws IOException {
    Map<String, String> shipped = flat(yaml(DeploymentFiles.FLINK));
    if (manifest.endsWith("gpu.yaml")) {
      shipped.putAll(flat(yaml(DeploymentFiles.FLINK_GPU)));
      // Kubernetes deals the devices out.
      shipped.remove("external-resource.gpu.param.discovery-script.args");
    }
    shipped.keySet().removeAll(OTHERS);
    Map<String, String> here =
        new TreeMap<>(flat(map(map(yaml(manifest), "spec"), "flinkConfiguration")));
    assertThat(here).containsAllEntriesOf(shipped);
    assertThat(here.get("execution.checkpointing.dir")).startsWith("file:///data/");
    assertThat(here).containsEntry("high-availability.type", "kubernetes");
  }

  /** The job of the shared file, with what the manifest adds, as the command line reads it. */
  private JobConfig job(Path manifest) throws IOException {
    Path secret = Files.writeString(folder.resolve("client.properties"), "");
    List<String> arguments = new ArrayList<>();
    for (Object argument : (List<?>) map(map(yaml(manifest), "spec"), "job").get("args")) {
      arguments.add(
          switch ((String) argument) {
            case "/etc/otflow/job/job.properties" -> DeploymentFiles.JOB.toString();
            case "/etc/otflow/kafka/client.properties" -> secret.toString();
            default -> (String) argument;
          });
    }
    return CommandLines.job(arguments);
  }

  @Test
  void theHalvesFollowOneTopicOfModels() throws IOException {
    JobConfig score = job(DeploymentFiles.KUBERNETES.resolve("score.yaml"));
    JobConfig train = job(DeploymentFiles.KUBERNETES.resolve("train.yaml"));
    JobConfig gpu = job(DeploymentFiles.KUBERNETES.resolve("gpu.yaml"));
    JobConfig whole = job(DeploymentFiles.KUBERNETES.resolve("score-and-train.yaml"));
    assertThat(score.mode()).isEqualTo(JobConfig.Mode.SCORE);
    assertThat(train.mode()).isEqualTo(JobConfig.Mode.TRAIN);
    assertThat(gpu.mode()).isEqualTo(JobConfig.Mode.SCORE);
    assertThat(whole.mode()).isEqualTo(JobConfig.Mode.SCORE_AND_TRAIN);
    assertThat(score.kafka().topics()).isEqualTo(train.kafka().topics());
    assertThat(score.kafka().groupId()).isNotEqualTo(train.kafka().groupId());
  }

  /** What has one subtask for a reason must not get more. */
  @ParameterizedTest
  @MethodSource("manifests")
  void theAutoscalerLeavesAloneWhatIsOne(Path manifest) throws IOException {
    Map<String, String> here = flat(map(map(yaml(manifest), "spec"), "flinkConfiguration"));
    if ("true".equals(here.get("job.autoscaler.enabled"))) {
      assertThat(here.get("job.autoscaler.vertex.exclude.ids").split(";"))
          .containsExactlyInAnyOrderElementsOf(JobGraphs.verticesOfOneSubtask(job(manifest)));
    }
  }
}
