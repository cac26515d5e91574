package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.junit.jupiter.api.Test;

/** What the operator that scores tells of itself. */
class ScoreMetricsTest {

  private final InterceptingOperatorMetricGroup group = new InterceptingOperatorMetricGroup();
  private final StreamHealth health = new StreamHealth(TimeUnit.MILLISECONDS);
  private final ScoreMetrics metrics = new ScoreMetrics(group, () -> 5000, health);

  private Object gauge(String name) {
    return ((Gauge<?>) group.get(name)).getValue();
  }

  @Test
  void theEngineIsToldAndWhetherItIsOnAGpu() {
    assertThat(gauge("engine")).isEqualTo("none");
    assertThat(gauge("engineOnGpu")).isEqualTo(0);
    metrics.uses(new Fakes.SumEngine());
    assertThat(gauge("engine")).isEqualTo("sum");
    assertThat(gauge("engineOnGpu")).isEqualTo(0);
    metrics.uses(new Fakes.PipelinedSumEngine());
    assertThat(gauge("engine")).isEqualTo("pipelined-sum");
    assertThat(gauge("engineOnGpu")).isEqualTo(1);
  }

  @Test
  void theModelsVersionAndAgeAreTold() {
    assertThat(gauge("modelVersion")).isEqualTo(0L);
    assertThat(gauge("modelAgeSeconds")).isEqualTo(Double.NaN);
    metrics.uses(Fakes.model(3, 2));
    assertThat(gauge("modelVersion")).isEqualTo(3L);
    assertThat(gauge("modelAgeSeconds")).isEqualTo(2.0);
  }

  @Test
  void theShareOfRefusedEventsIsToldOnceThereAreEnough() {
    assertThat(gauge("refusedShare")).isEqualTo(Double.NaN);
    for (int i = 0; i < 1500; i++) {
      var unused = health.see(Fakes.event(i, 1), i % 4 == 0 ? "bad" : null, 5000);
    }
    assertThat(gauge("refusedShare")).isEqualTo(0.25);
  }
}
