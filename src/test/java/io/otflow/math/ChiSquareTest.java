package io.otflow.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChiSquareTest {

  /** With an even number of degrees 2k, P(X > x) = e^(−x/2) Σ_{i<k} (x/2)^i / i!. */
  @Test
  void isTheClosedFormOfEvenDegrees() {
    for (int k : new int[] {1, 2, 4, 21, 60}) {
      ChiSquare chi = new ChiSquare(2 * k);
      for (double x : new double[] {0.01, 1, 3, 2 * k, 2 * k + 1, 5 * k, 40 * k, 1000}) {
        double term = 1;
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum += term;
          term *= x / 2 / (i + 1);
        }
        double expected = -x / 2 + Math.log(sum);
        assertThat(chi.logSurvival(x))
            .as("degrees %d, x %s", 2 * k, x)
            .isCloseTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  /** P(X > x) for one degree is that of a normal variable beyond √x on either side. */
  @Test
  void isThatOfASquaredNormalForOneDegree() {
    ChiSquare chi = new ChiSquare(1);
    assertThat(Math.exp(chi.logSurvival(1.959963984540054 * 1.959963984540054)))
        .isCloseTo(0.05, within(1e-13));
    assertThat(Math.exp(chi.logSurvival(0.6744897501960817 * 0.6744897501960817)))
        .isCloseTo(0.5, within(1e-13));
    assertThat(new ChiSquare(3).logSurvival(7.814727903251178))
        .isCloseTo(Math.log(0.05), within(1e-12));
  }

  @Test
  void theQuantileIsTheInverse() {
    for (int degrees : new int[] {1, 2, 7, 43, 300}) {
      ChiSquare chi = new ChiSquare(degrees);
      for (double log : new double[] {-1e-3, -0.3, -1, -7, -30, -2000}) {
        assertThat(chi.logSurvival(chi.quantile(log)))
            .isCloseTo(log, within(1e-10 * Math.abs(log) + 1e-12));
      }
      assertThat(chi.quantile(0)).isZero();
    }
  }

  @Test
  void saysWhatItIsAtTheEnds() {
    ChiSquare chi = new ChiSquare(8);
    assertThat(chi.logSurvival(0)).isZero();
    assertThat(chi.logSurvival(-3)).isZero();
    assertThat(chi.logSurvival(Double.POSITIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(chi.logSurvival(Double.NaN)).isNaN();
    assertThatThrownBy(() -> new ChiSquare(0)).hasMessageContaining("degrees are 0");
  }
}
