package io.otflow.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.cli.Main;
import io.otflow.testing.Command;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which engine is picked, and what is said, with and without a driver; each in a fresh process. */
class EnginePickTest {

  private static final String STAND_IN = "cuda on device 0 (Stand-in, compute capability 9.0)";
  private static final String ABSENT = "/nonexistent/libcuda.so";

  @BeforeAll
  static void build() {
    assumeTrue(HostBuild.possible(), "g++ was not found: there is no stand-in for the driver");
    HostBuild.build();
  }

  private static String run(
      String library, Map<String, String> settings, Class<?> main, String... args)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Command.java(
                List.of(
                    "--add-modules",
                    "jdk.incubator.vector",
                    "-D" + Driver.LIBRARY_PROPERTY + "=" + library),
                System.getProperty("java.class.path"),
                main.getName(),
                List.of(args)));
    builder.environment().put("OTFLOW_STANDIN_KERNELS", HostBuild.FOLDER.toString());
    settings.forEach((key, value) -> builder.environment().put("OTFLOW_STANDIN_" + key, value));
    Command ended = Command.run(builder);
    return "exit " + ended.code() + "\n" + ended.text();
  }

  private static String probe(String library, Map<String, String> settings, String... args)
      throws IOException, InterruptedException {
    return run(library, settings, EngineProbe.class, args);
  }

  private static String standIn() {
    return HostBuild.library().toString();
  }

  @Test
  void autoTakesTheAssignedGpu() throws Exception {
    assertThat(probe(standIn(), Map.of(), "auto", "0"))
        .contains("created: " + STAND_IN, "scored: " + STAND_IN + " true")
        .contains("Engine 'cuda' picked: GPU 0 was assigned, " + STAND_IN);
  }

  @Test
  void autoWithoutAnAssignedGpuTakesTheCpu() throws Exception {
    assertThat(probe(standIn(), Map.of(), "auto", "-"))
        .contains("Engine 'simd' picked", "scored: simd true");
  }

  @Test
  void autoTakesTheCpuWhereTheGpuDoesNotWork() throws Exception {
    assertThat(probe(ABSENT, Map.of(), "auto", "0"))
        .contains("GPU 0 was assigned but cannot be used: engine 'cuda' cannot run here")
        .contains("the NVIDIA driver's library does not load", "scored: simd true");
    assertThat(probe(standIn(), Map.of("DRIVER_VERSION", "11040"), "auto", "0"))
        .contains(
            "the NVIDIA driver is for CUDA 11.4, expected 11.8 or newer", "scored: simd true");
    assertThat(probe(standIn(), Map.of("CAPABILITY", "7.0"), "auto", "0"))
        .contains("needs compute capability 8.0 or newer", "scored: simd true");
    assertThat(probe(standIn(), Map.of("FAIL", "cuInit:999"), "auto", "0"))
        .contains("cuInit failed with CUDA_ERROR_UNKNOWN (999)", "scored: simd true");
    assertThat(probe(standIn(), Map.of(), "auto", "5"))
        .contains("was given device 5, but the driver has 1", "scored: simd true");
  }

  @Test
  void autoTakesTheCpuForAModelThatDoesNotFit() throws Exception {
    assertThat(probe(standIn(), Map.of("SHARED_BYTES", "20000"), "auto", "0"))
        .contains("created: " + STAND_IN, "scored: simd true")
        .contains("Engine 'simd' picked for this model: a model with d 2, m 8 and 2 layers needs");
    assertThat(probe(standIn(), Map.of("SHARED_BYTES", "20000"), "cuda", "0"))
        .contains("refused: a model with d 2, m 8 and 2 layers needs at least")
        .contains("use --engine simd");
  }

  @Test
  void cudaByNameTakesTheFirstGpuOrIsRefused() throws Exception {
    assertThat(probe(standIn(), Map.of(), "cuda", "-")).contains("scored: " + STAND_IN + " true");
    assertThat(probe(ABSENT, Map.of(), "cuda", "-"))
        .contains("refused: engine 'cuda' cannot run here, the NVIDIA driver's library");
  }

  @Test
  void theBenchmarkMeasuresTheDevice() throws Exception {
    String output =
        run(
            standIn(),
            Map.of(),
            Main.class,
            "bench",
            "--engine=cuda",
            "--shape=8,3,2,2",
            "--batches=1,40",
            "--seconds=0.05",
            "--threads=1",
            "--json");
    assertThat(output).startsWith("exit 0\n");
    JsonNode json = new ObjectMapper().readTree(output.substring(output.indexOf("\n{")));
    assertThat(json.path("scoring")).hasSize(6);
    for (JsonNode scored : json.path("scoring")) {
      assertThat(scored.path("engine").textValue()).isEqualTo("cuda");
      assertThat(scored.path("eventsPerSecondPerCore").doubleValue()).isPositive();
      assertThat(scored.path("deviceEventsPerSecond").doubleValue()).isPositive();
      assertThat(scored.path("peakGflops").doubleValue()).isPositive();
    }
    assertThat(json.path("training")).isEmpty();
    assertThat(json.path("forest")).isEmpty();
  }

  @Test
  void withoutADriverTheCommandLineSaysSoInOneLine() throws Exception {
    String output =
        run(ABSENT, Map.of(), Main.class, "bench", "--engine", "cuda", "--shape", "8,2,2,2");
    assertThat(output).startsWith("exit 1\n").doesNotContain("\tat ");
    assertThat(output.lines().filter(line -> line.contains("engine 'cuda'")).toList())
        .singleElement()
        .asString()
        .startsWith("otflow: engine 'cuda' cannot run here, the NVIDIA driver's library");
  }
}
