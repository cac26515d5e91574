package io.otflow.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NestedQuadratureTest {

  /** Values of f at the finest rule's nodes; NaN where a rule has none. */
  private static double[] valuesOf(int level, DoubleUnaryOperator f) {
    double[] values = new double[NestedQuadrature.MAX_NODES];
    Arrays.fill(values, Double.NaN);
    double[] nodes = NestedQuadrature.RULES.get(level).nodes();
    for (int j = 0; j < nodes.length; j++) {
      values[NestedQuadrature.place(level, j)] = f.applyAsDouble(nodes[j]);
    }
    return values;
  }

  /** Exact to this degree and not to the next even one. */
  @ParameterizedTest
  @CsvSource({"0, 9, 17", "1, 19, 29", "2, 39, 59"})
  void isExactToItsDegree(int level, int count, int degree) {
    NestedRule rule = NestedQuadrature.RULES.get(level);
    assertThat(rule.nodes()).hasSize(count);
    assertThat(Arrays.stream(rule.weights()).sum()).isCloseTo(1, within(1e-15));
    assertThat(Arrays.stream(rule.weights()).min().orElseThrow()).isPositive();
    for (int power = 0; power <= degree + 1; power++) {
      int p = power;
      // On [-1, 1], where the powers are best told apart.
      double[] values = valuesOf(level, t -> Math.pow(2 * t - 1, p));
      double exact = p % 2 == 1 ? 0 : 1.0 / (p + 1);
      double error = Math.abs(NestedQuadrature.integral(level, values) - exact);
      if (p <= degree) {
        assertThat(error).as("power %d", p).isLessThanOrEqualTo(1e-15);
      }
    }
    double[] values = valuesOf(level, t -> Math.pow(2 * t - 1, degree + 1));
    double expected = 1.0 / (degree + 2);
    if (level == 0) {
      assertThat(NestedQuadrature.integral(level, values)).isNotCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void theNodesAreNested() {
    for (int level = 1; level < NestedQuadrature.RULES.size(); level++) {
      double[] coarse = NestedQuadrature.RULES.get(level - 1).nodes();
      double[] fine = NestedQuadrature.RULES.get(level).nodes();
      int known = 0;
      for (int j = 0; j < fine.length; j++) {
        if (NestedQuadrature.known(level, NestedQuadrature.place(level, j))) {
          assertThat(fine[j]).isEqualTo(coarse[known]);
          known++;
        }
      }
      assertThat(known).isEqualTo(coarse.length);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 7", "1, 13", "2, 27"})
  void theTailSeesTheTwoDegreesAndNotTheLowerOnes(int level, int degree) {
    double[] low = valuesOf(level, t -> 3 - t * (2 - t * t * t));
    assertThat(NestedQuadrature.errorEstimate(level, low)).isCloseTo(0, within(1e-13));
    for (int k = degree; k <= degree + 1; k++) {
      int p = k;
      double[] legendre = valuesOf(level, t -> legendre(p, 2 * t - 1));
      assertThat(NestedQuadrature.errorEstimate(level, legendre))
          .isCloseTo(NestedQuadrature.tailFactor(level), within(1e-13));
    }
  }

  private static double legendre(int degree, double x) {
    double before = 1;
    double value = x;
    for (int k = 1; k < degree; k++) {
      double next = ((2 * k + 1) * x * value - k * before) / (k + 1);
      before = value;
      value = next;
    }
    return value;
  }
}
