package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark of the engines, small, and what the command refuses before it starts anything. */
class BenchCommandTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void theEngineIsMeasured() throws JsonProcessingException {
    CliRun run =
        CliRun.of(
            "bench",
            "--shape=8,3,2,4",
            "--batches=1,40",
            "--seconds=0.05",
            "--threads=2",
            "--forest-rows=500",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = MAPPER.readTree(run.out());
    assertThat(json.path("peakGflops").doubleValue()).isPositive();
    List<String> cases = new ArrayList<>();
    for (JsonNode scored : json.path("scoring")) {
      assertThat(scored.fieldNames())
          .toIterable()
          .contains("m", "d", "layers", "steps", "batch", "integrator", "engine")
          .contains("eventsPerSecondPerCore", "microsecondsPerEvent", "gflops", "shareOfPeak")
          .contains("bytesPerEvent");
      cases.add(scored.path("integrator").textValue() + " " + scored.path("batch"));
      double perSecond = scored.path("eventsPerSecondPerCore").doubleValue();
      assertThat(perSecond * scored.path("microsecondsPerEvent").doubleValue())
          .isCloseTo(1e6, withPercentage(1e-6));
      assertThat(scored.path("shareOfPeak").doubleValue()).isPositive();
    }
    assertThat(cases)
        .containsExactly(
            "rk4 1", "rk4 40", "quadrature 1", "quadrature 40", "adaptive 1", "adaptive 40");
    assertThat(json.path("threads")).hasSize(1);
    assertThat(json.path("training"))
        .extracting(training -> training.path("traceNodes").intValue())
        .containsExactly(0, 8);
    assertThat(json.path("forest").path(0).path("eventsPerSecond").doubleValue()).isPositive();
  }

  @Test
  void anEngineIsMeasuredWithTheIntegratorsThatItHas() throws JsonProcessingException {
    CliRun run =
        CliRun.of(
            "bench",
            "--engine=nd4j",
            "--shape=8,3,2,4",
            "--batches=40",
            "--seconds=0.05",
            "--threads=1",
            "--forest-rows=0",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(MAPPER.readTree(run.out()).path("scoring"))
        .extracting(r -> r.path("engine").textValue() + " " + r.path("integrator").textValue())
        .containsExactly("nd4j rk4", "nd4j quadrature");
  }

  @ParameterizedTest
  @CsvSource({
    "--shape, '8,3,2', 'expected M,D,LAYERS,STEPS'",
    "--shape, '8,3,2,x', 'expected M,D,LAYERS,STEPS'",
    "--shape, '8,3,1,4', LAYERS of --shape is 1",
    "--batches, '1,0', --batches is 0",
    "--batches, '1,x', 'x'",
    "--seconds, 0, --seconds is 0.0",
    "--seconds, NaN, --seconds is NaN",
    "--threads, 0, --threads is 0",
    "--forest-rows, -1, --forest-rows is -1",
    "--engine, warp, --engine is 'warp'",
  })
  void aBadValueForTheEngineEndsInOneLine(String option, String value, String expected) {
    CliRun run = CliRun.of("bench", option, value);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "--events, 999, --events is 999",
    "--events, many, '--events': 'many'",
    "--parallelism, 0, --parallelism is 0",
    "--rounds, 0, --rounds is 0",
    "--batch-size, 0, --batch-size is 0",
    "--delivery, perhaps, 'perhaps' is none of",
    "--engine, warp, --engine is 'warp'",
    "--tolerance, -1, --tolerance",
    "--kafka.bootstrap.servers=x:1, '', its own broker",
  })
  void aBadValueForThePipelineEndsInOneLine(String option, String value, String expected) {
    CliRun run =
        value.isEmpty()
            ? CliRun.of("bench", "--pipeline", option)
            : CliRun.of("bench", "--pipeline", option, value);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(expected);
  }
}
