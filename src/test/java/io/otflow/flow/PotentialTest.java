package io.otflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.otflow.model.Architecture;
import io.otflow.testing.RandomModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradient against differences of the value, trace against differences of the gradient. */
class PotentialTest {

  private static final double STEP = 1e-5;

  @ParameterizedTest
  @CsvSource({"1, 1, 2", "2, 8, 2", "3, 7, 3", "9, 16, 5", "20, 5, 4"})
  void derivativesAgreeWithDifferences(int d, int m, int layers) {
    Architecture a = Architecture.of(d, m, layers);
    Potential potential = new Potential(a, RandomModels.parameters(a, 21).toDoubles());
    double[] s = RandomModels.rows(1, d + 1, 22);
    double[] gradient = new double[d + 1];
    double[] up = new double[d + 1];
    double[] down = new double[d + 1];
    double trace = potential.gradientAndTrace(s, gradient);
    double differences = 0;
    for (int k = 0; k <= d; k++) {
      double[] moved = s.clone();
      moved[k] += STEP;
      double high = potential.value(moved);
      potential.gradient(moved, up);
      moved[k] -= 2 * STEP;
      double low = potential.value(moved);
      potential.gradient(moved, down);
      // Central differences: truncation of order STEP², rounding of order 1e-16/STEP.
      assertThat(gradient[k]).isCloseTo((high - low) / (2 * STEP), within(1e-8));
      differences += k < d ? (up[k] - down[k]) / (2 * STEP) : 0;
    }
    assertThat(trace).isCloseTo(differences, within(1e-8 * d));
  }

  @Test
  void sigmaIsTheAntiderivativeOfTanhAndDoesNotOverflow() {
    assertThat(Potential.sigma(0)).isEqualTo(Math.log(2));
    assertThat(Potential.sigma(-1000)).isEqualTo(1000);
    assertThat((Potential.sigma(0.7 + 1e-6) - Potential.sigma(0.7 - 1e-6)) / 2e-6)
        .isCloseTo(Math.tanh(0.7), within(1e-9));
  }

  @Test
  void refusesWeightsOfAnotherShape() {
    assertThatThrownBy(() -> new Potential(Architecture.of(2, 3, 2), new double[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("theta has length 5, expected 40");
  }
}
