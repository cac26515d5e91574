package io.otflow.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.engine.EngineChoice;
import io.otflow.engine.Integration;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;

/** From runs to a report. */
class VariantReportTest {

  private static RunResult run(double rate, int missing, int duplicates) {
    return new RunResult(rate, 1000 - missing, missing, duplicates, 1000, 0, 2, 0.5);
  }

  private static PipelineReport reportOf(VariantReport... variants) {
    PipelineSettings settings =
        new PipelineSettings(
            1000,
            2,
            3,
            DeliveryGuarantee.EXACTLY_ONCE,
            EngineChoice.of("auto", Integration.rk4(0)),
            256,
            Map.of(),
            1);
    return new PipelineReport(settings, 32, 8, 2, 8, List.of(variants));
  }

  @Test
  void ratiosAreOfTheSameRoundAndCountsAreOfAllRounds() {
    List<RunResult> passThrough = List.of(run(100, 0, 0), run(200, 0, 0), run(50, 0, 0));
    List<RunResult> scoring = List.of(run(50, 0, 0), run(150, 3, 1), run(40, 2, 0));
    VariantReport report = VariantReport.of(Variant.SCORING, scoring, passThrough);
    assertThat(report.eventsPerSecond()).containsExactly(50.0, 150.0, 40.0);
    assertThat(report.ratioToPassThrough()).containsExactly(0.5, 0.75, 0.8);
    assertThat(report.distinct()).isEqualTo(997);
    assertThat(report.missing()).isEqualTo(5);
    assertThat(report.duplicates()).isEqualTo(1);
    assertThat(report.trainings()).containsExactly(2, 2, 2);
    VariantReport itself = VariantReport.of(Variant.PASS_THROUGH, passThrough, passThrough);
    assertThat(itself.ratioToPassThrough()).containsOnly(1.0);
    assertThat(reportOf(itself).complete()).isTrue();
    assertThat(reportOf(itself, report).complete()).isFalse();
  }

  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheTwo() {
    assertThat(VariantReport.median(List.of(3.0))).isEqualTo(3.0);
    assertThat(VariantReport.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2.0);
    assertThat(VariantReport.median(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3.0);
  }
}
