package io.otflow.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClenshawCurtisTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8, 16, 32})
  void isExactForPolynomialsOfDegreeN(int n) {
    ClenshawCurtis rule = ClenshawCurtis.of(n);
    for (int power = 0; power <= n; power++) {
      int p = power;
      double[] values = Arrays.stream(rule.nodes()).map(t -> Math.pow(t, p)).toArray();
      assertThat(rule.integral(values, 1)).isCloseTo(1.0 / (power + 1), within(1e-14));
    }
    assertThat(rule.nodes()[0]).isZero();
    assertThat(rule.nodes()[n]).isEqualTo(1);
  }

  @Test
  void theNodesAreNested() {
    for (int level = 0; level < 2; level++) {
      double[] coarse = NestedQuadrature.RULES.get(level).nodes();
      double[] fine = NestedQuadrature.RULES.get(level + 1).nodes();
      for (int j = 0; j < coarse.length; j++) {
        assertThat(fine[2 * j]).isCloseTo(coarse[j], within(1e-15));
      }
    }
  }

  @Test
  void theTailVanishesForLowDegreesAndSeesHighOnes() {
    ClenshawCurtis rule = ClenshawCurtis.of(8);
    double[] low = Arrays.stream(rule.nodes()).map(t -> 1 + t * (2 - t * t * t)).toArray();
    assertThat(rule.tailSum(low, 1)).isCloseTo(0, within(1e-14));
    // T₇(2t − 1), one coefficient of the upper half.
    double[] high =
        Arrays.stream(rule.nodes()).map(t -> Math.cos(7 * Math.acos(1 - 2 * t))).toArray();
    assertThat(rule.tailSum(high, 1)).isCloseTo(1, within(1e-12));
  }

  @Test
  void refusesAnOddNumber() {
    assertThatThrownBy(() -> ClenshawCurtis.of(3)).hasMessageContaining("n is 3");
  }
}
