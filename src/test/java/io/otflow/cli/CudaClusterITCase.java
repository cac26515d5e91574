package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.ModelFiles;
import io.otflow.engine.Integration;
import io.otflow.engine.cuda.HostBuild;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.kafka.Topics;
import io.otflow.local.EmbeddedBroker;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.testing.Command;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.Golden;
import io.otflow.testing.RandomModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job on a real cluster whose task manager is assigned a GPU by Flink's external resource
 * framework: the index reaches the operator, the kernel's scores reach the topic, and a device that
 * is lost ends the job with its name and no score.
 */
class CudaClusterITCase {

  private static final String DEVICE = "device 0 (Stand-in, compute capability 9.0)";

  @TempDir private static Path folder;

  private static int d;
  private static double[] x;
  private static double[] expected;
  private static ModelSnapshot model;

  @BeforeAll
  static void prepare() throws IOException {
    assumeTrue(HostBuild.possible(), "g++ was not found: there is no stand-in for the driver");
    HostBuild.build();
    Golden golden =
        Golden.all().stream().filter(g -> g.name().equals("d3_m12_l3")).findFirst().orElseThrow();
    Parameters parameters = golden.parameters();
    double[] published = Golden.vector(golden.numbers().get("rk4").get("8").get("negLogLik"));
    d = parameters.architecture().d();
    x = Arrays.stream(golden.rows()).flatMapToDouble(Arrays::stream).toArray();
    for (int p = 0; p < x.length; p++) {
      x[p] = (float) x[p];
    }
    model = RandomModels.snapshot(parameters, FeatureScaling.identity(d), 8);
    expected = new double[x.length / d];
    try (ReferenceEngine oracle = new ReferenceEngine(Integration.rk4(0))) {
      oracle.load(model);
      oracle.score(x, expected.length, expected, null);
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(expected[i] + published[i])).isLessThan(1e-4);
    }
  }

  private static Path rows() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < d; k++) {
      text.append(k == 0 ? "" : ",").append(model.featureNames().get(k));
    }
    for (int p = 0; p < x.length; p++) {
      text.append(p % d == 0 ? '\n' : ',').append((float) x[p]);
    }
    return Files.writeString(folder.resolve("rows.csv"), text.append('\n'));
  }

  private static Map<String, String> gpu() throws IOException {
    Path script =
        Files.writeString(folder.resolve("discover.sh"), "#!/bin/sh\necho 0\n").toAbsolutePath();
    assertThat(script.toFile().setExecutable(true)).isTrue();
    // What the project ships, but for the script, which asks for a GPU.
    Path shipped = Files.createDirectories(folder.resolve("shipped"));
    Files.copy(Path.of("flink-conf", "config-gpu.yaml"), shipped.resolve("config.yaml"));
    Map<String, String> settings =
        new HashMap<>(GlobalConfiguration.loadConfiguration(shipped.toString()).toMap());
    assertThat(settings)
        .containsEntry("external-resources", "gpu")
        .containsKey("external-resource.gpu.param.discovery-script.path");
    settings.put("external-resource.gpu.param.discovery-script.path", script.toString());
    settings.put("restart-strategy.type", "disable");
    return settings;
  }

  /** Scores by row, as a reader of committed records sees them. */
  private static Map<Integer, Double> scores(EmbeddedBroker broker, String topic)
      throws IOException {
    CliRun consumed =
        CliRun.of(
            "consume",
            "--topic",
            topic,
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--timeout",
            "2");
    Map<Integer, Double> scores = new HashMap<>();
    for (String line : consumed.lines()) {
      JsonNode score = new ObjectMapper().readTree(line);
      String id = score.get("id").asText();
      Double before =
          scores.put(
              Integer.parseInt(id.substring(id.indexOf(':') + 1)) - 1,
              score.get("logLikelihood").asDouble());
      assertThat(before).as("scored twice: " + id).isNull();
    }
    return scores;
  }

  private static Command run(
      FlinkProcesses cluster, EmbeddedBroker broker, String engine, String topic, Path modelFile)
      throws Exception {
    return cluster.runJob(
        "--mode",
        "score",
        "--bounded",
        "--model",
        modelFile.toString(),
        "--engine",
        engine,
        "--integrator",
        "rk4",
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--features-topic",
        "features",
        "--scores-topic",
        topic,
        "--models-topic",
        "models",
        "--starting-offsets",
        "earliest",
        "--group-id",
        "group-" + topic,
        "--batch-size",
        "16");
  }

  private static void assertAllScored(Map<Integer, Double> scores) {
    assertThat(scores).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(scores.get(i) - expected[i]))
          .as("row %d: %s for %s", i, scores.get(i), expected[i])
          .isLessThanOrEqualTo(1e-4 + 1e-5 * Math.abs(expected[i]));
    }
  }

  @Test
  void theAssignedGpuScoresAndALostOneEndsTheJob() throws Exception {
    Path modelFile = folder.resolve("model.avro");
    ModelFiles.write(model, modelFile);
    Path standIn = Files.writeString(folder.resolve("stand-in.txt"), "");
    Map<String, String> environment =
        Map.of(
            "OTFLOW_STANDIN_KERNELS", HostBuild.FOLDER.toString(),
            "OTFLOW_STANDIN_FILE", standIn.toString());
    try (EmbeddedBroker broker = new EmbeddedBroker();
        FlinkProcesses cluster =
            new FlinkProcesses(
                Files.createDirectories(folder.resolve("flink")),
                gpu(),
                List.of("-Dotflow.cuda.library=" + HostBuild.library()),
                environment)) {
      String servers = broker.bootstrapServers();
      CliRun produced =
          CliRun.of(
              "produce",
              "--topic",
              "features",
              "--data",
              rows().toString(),
              "--bootstrap-servers",
              servers);
      assertThat(produced.code()).as(produced.err()).isZero();
      Properties client = new Properties();
      client.put("bootstrap.servers", servers);
      assertThat(Topics.ensure(client, "models", 1, Map.of("cleanup.policy", "compact")))
          .isEqualTo(1);
      Command onGpu = run(cluster, broker, "auto", "on-gpu", modelFile);
      assertThat(onGpu.code()).as(onGpu.text() + cluster.log("taskmanager1")).isZero();
      assertAllScored(scores(broker, "on-gpu"));
      assertThat(cluster.log("taskmanager1"))
          .contains("GPU 0 of [0] is assigned to subtask 0")
          .contains("Engine 'cuda' picked: GPU 0 was assigned, cuda on " + DEVICE);

      Files.writeString(standIn, "FAIL=cuLaunchKernel:719:0\n");
      Command lost = run(cluster, broker, "cuda", "lost", modelFile);
      assertThat(lost.code()).isNotZero();
      assertThat(lost.text())
          .as(cluster.log("taskmanager1"))
          .contains(DEVICE + ": launching the kernel")
          .contains("CUDA_ERROR_LAUNCH_FAILED (719), the device is lost for this process");
      assertThat(scores(broker, "lost")).isEmpty();

      // The process has lost its device for good; who lets the job pick goes on without.
      Files.writeString(standIn, "");
      Command onCpu = run(cluster, broker, "auto", "on-cpu", modelFile);
      assertThat(onCpu.code()).as(onCpu.text() + cluster.log("taskmanager1")).isZero();
      assertAllScored(scores(broker, "on-cpu"));
      assertThat(cluster.log("taskmanager1")).contains("GPU 0 was assigned but cannot be used: ");
    }
  }
}
