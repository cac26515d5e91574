package io.otflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WhiteningTest {

  private static final double[] CENTER = {1, -2, 0.5};
  private static final double[] W = {2, 0.3, 0.5, -1, 0.7, 1.5};
  private static final Whitening WHITENING = new Whitening(CENTER, W);

  private static double[] applied(double[] x) {
    double[] y = x.clone();
    WHITENING.apply(y, 0);
    return y;
  }

  @Test
  void isTheProductWithALowerTriangle() {
    double[] row = {99, 2, 0, 3, 99};
    WHITENING.apply(row, 1);
    assertThat(row)
        .containsExactly(
            new double[] {99, 2 * 1, 0.3 * 1 + 0.5 * 2, -1 * 1 + 0.7 * 2 + 1.5 * 2.5, 99},
            within(1e-15));
  }

  @Test
  void theLogDeterminantIsThatOfItsJacobian() {
    double expected = Jacobian.logDeterminant(WhiteningTest::applied, new double[] {0.3, 0.1, -2});
    assertThat(WHITENING.logDeterminant()).isCloseTo(expected, within(1e-9));
    assertThat(WHITENING.logDeterminant()).isCloseTo(Math.log(2 * 0.5 * 1.5), within(1e-15));
  }

  @Test
  void theInverseUndoesIt() {
    Random random = new Random(20260704);
    for (int i = 0; i < 100; i++) {
      double[] x = random.doubles(5, -10, 10).toArray();
      double[] y = x.clone();
      WHITENING.apply(y, 2);
      assertThat(y).isNotEqualTo(x);
      WHITENING.invert(y, 2);
      assertThat(y).containsExactly(x, within(1e-13));
    }
  }

  /** W of the inverse of a covariance's factor: what has that covariance comes out white. */
  @Test
  void featuresOfItsCovarianceComeOutWhite() {
    // x = center + Lu with L = W⁻¹, so that cov x = LLᵀ, the inverse of WᵀW.
    Random random = new Random(20260705);
    int rows = 20_000;
    double[][] moments = new double[3][3];
    for (int i = 0; i < rows; i++) {
      double[] x = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      WHITENING.invert(x, 0);
      double[] y = applied(x);
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          moments[j][k] += y[j] * y[k] / rows;
        }
      }
    }
    for (int j = 0; j < 3; j++) {
      for (int k = 0; k < 3; k++) {
        assertThat(moments[j][k]).isCloseTo(j == k ? 1 : 0, within(0.05));
      }
    }
  }

  @Test
  void whatIsNoWhiteningIsRefused() {
    refused(new double[2], W, "whitening of 2 features has 6 coefficients, expected 3");
    refused(new double[65_536], new double[32_768], "expected 2147516416");
    refused(new double[] {0, Double.NaN, 0}, W, "center of feature 1 is NaN, expected a finite");
    double[] infinite = {1, Double.NEGATIVE_INFINITY, 1, 0, 0, 1};
    refused(new double[3], infinite, "whitening has -Infinity at row 1, column 0, expected a fin");
    for (double bad : new double[] {0, -1, Double.NaN}) {
      double[] diagonal = {1, 0, 1, 0, 0, bad};
      refused(new double[3], diagonal, "whitening has " + bad + " at row 2, column 2, expected");
    }
  }

  private static void refused(double[] center, double[] w, String message) {
    assertThatThrownBy(() -> new Whitening(center, w))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
