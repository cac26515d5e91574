package io.otflow.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The rate of a run, from when its records came. */
class ArrivalsTest {

  @Test
  void aSteadyStreamHasItsRate() {
    Arrivals arrivals = new Arrivals();
    for (int i = 0; i < 100_000; i++) {
      arrivals.add(1_000_000 + i / 20);
    }
    assertThat(arrivals.total()).isEqualTo(100_000);
    assertThat(arrivals.fromMillis()).isEqualTo(1_000_249);
    assertThat(arrivals.toMillis()).isEqualTo(1_004_749);
    assertThat(arrivals.perSecond()).isCloseTo(20_000, within(1e-6));
  }

  @Test
  void aSlowStartAndALateEndDoNotCount() {
    Arrivals arrivals = new Arrivals();
    arrivals.add(0);
    for (int i = 0; i < 10_000; i++) {
      arrivals.add(50_000 + i / 10);
    }
    arrivals.add(100_000);
    assertThat(arrivals.perSecond()).isCloseTo(10_000, within(30.0));
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() {
    Arrivals forward = new Arrivals();
    Arrivals backward = new Arrivals();
    for (int i = 0; i < 1000; i++) {
      forward.add(i * i);
      backward.add((999 - i) * (999 - i));
    }
    assertThat(backward.perSecond()).isEqualTo(forward.perSecond());
  }

  @Test
  void quantilesAreTheFirstMomentByWhichTheShareHadCome() {
    Arrivals arrivals = new Arrivals();
    for (int i = 1; i <= 10; i++) {
      arrivals.add(i);
    }
    assertThat(arrivals.quantileMillis(0.1)).isEqualTo(1);
    assertThat(arrivals.quantileMillis(0.5)).isEqualTo(5);
    assertThat(arrivals.quantileMillis(0.51)).isEqualTo(6);
    assertThat(arrivals.quantileMillis(1)).isEqualTo(10);
  }

  @Test
  void nothingHasNoRateAndOneMomentIsAMillisecond() {
    Arrivals arrivals = new Arrivals();
    assertThatThrownBy(arrivals::perSecond).hasMessage("no record came");
    for (int i = 0; i < 10; i++) {
      arrivals.add(7);
    }
    assertThat(arrivals.perSecond()).isCloseTo(9000, within(1e-6));
  }
}
