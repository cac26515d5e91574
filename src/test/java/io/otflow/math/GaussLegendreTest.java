package io.otflow.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class GaussLegendreTest {

  @Property(tries = 60, seed = "20260104")
  void isExactForPolynomialsOfDegreeTwoNMinusOne(@ForAll @IntRange(min = 1, max = 60) int n) {
    GaussLegendre rule = GaussLegendre.of(n);
    for (int power = 0; power < 2 * n; power++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += rule.weights()[i] * Math.pow(rule.nodes()[i], power);
      }
      assertThat(sum).isCloseTo(1.0 / (power + 1), within(1e-13));
    }
    assertThat(rule.nodes()).isSorted();
  }
}
