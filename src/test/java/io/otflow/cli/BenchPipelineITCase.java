package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.testing.LeftOvers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short benchmark of the whole job: a broker process, a cluster, and every variant. */
class BenchPipelineITCase {

  private static final int EVENTS = 6000;
  private static final int ROUNDS = 2;

  @Test
  void everyVariantGivesEveryEventOneScoreAndLeavesNothingBehind() throws Exception {
    List<Path> before = LeftOvers.now();
    CliRun run =
        CliRun.of(
            "bench", "--pipeline", "--events", "" + EVENTS, "--rounds", "" + ROUNDS, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines()).hasSize(1);
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertThat(report.get("delivery").asText()).isEqualTo("exactly-once");
    assertThat(report.get("parallelism").asInt()).isEqualTo(2);
    assertThat(report.get("events").asInt()).isEqualTo(EVENTS);
    assertThat(report.get("rounds").asInt()).isEqualTo(ROUNDS);
    assertThat(report.get("integrator").asText()).isEqualTo("adaptive");
    assertThat(report.get("width").asInt()).isEqualTo(32);
    assertThat(report.get("features").asInt()).isEqualTo(8);
    assertThat(report.get("layers").asInt()).isEqualTo(2);
    assertThat(report.get("steps").asInt()).isEqualTo(8);
    JsonNode variants = report.get("variants");
    assertThat(variants.findValuesAsText("name"))
        .containsExactly("pass-through", "scoring", "scoring+training");
    variants.forEach(BenchPipelineITCase::assertComplete);
    assertThat(variants.get(0).get("ratioToPassThrough").asDouble()).isEqualTo(1.0);
    assertThat(variants.get(1).get("trainings").asInt()).isZero();
    assertThat(variants.get(2).get("trainingsByRound"))
        .hasSize(ROUNDS)
        .allSatisfy(trainings -> assertThat(trainings.asInt()).isPositive());
    assertThat(run.err()).contains("round 1, scoring+training: ", "0 missing, 0 twice");
    assertThat(LeftOvers.now()).isEqualTo(before);
  }

  private static void assertComplete(JsonNode variant) {
    assertThat(variant.get("distinct").asInt()).isEqualTo(EVENTS);
    assertThat(variant.get("missing").asInt()).isZero();
    assertThat(variant.get("duplicates").asInt()).isZero();
    assertThat(variant.get("deadLetters").asInt()).isZero();
    assertThat(variant.get("eventsPerSecond").asDouble()).isPositive();
    assertThat(variant.get("ratioToPassThrough").asDouble()).isPositive();
    assertThat(variant.get("eventsPerSecondByRound")).hasSize(ROUNDS);
    assertThat(variant.get("ratioToPassThroughByRound")).hasSize(ROUNDS);
    assertThat(variant.get("trainerBusy").isNumber()).isTrue();
  }
}
