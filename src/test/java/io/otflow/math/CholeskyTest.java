package io.otflow.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.otflow.testing.RandomModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyTest {

  /** By hand: det = 8, and the inverse is (3, −2; −2, 4)/8. */
  @Test
  void ofTwoRows() {
    Cholesky factor = new Cholesky(new double[] {4, Double.NaN, 2, 3}, 2);
    assertThat(factor.logDeterminant()).isCloseTo(Math.log(8), within(1e-15));
    assertThat(factor.inverseForm(new double[] {1, 0})).isCloseTo(3.0 / 8, within(1e-15));
    assertThat(factor.inverseForm(new double[] {1, 2})).isCloseTo(11.0 / 8, within(1e-15));
  }

  /** With x = A y, xᵀ A⁻¹ x is yᵀ A y. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 33})
  void theInverseFormIsThatOfTheMatrix(int n) {
    double[] b = RandomModels.rows(n, n, 3);
    double[] a = new double[n * n];
    Dense.addByTransposed(b, n, b, n, n, a, 0);
    for (int j = 0; j < n; j++) {
      a[j * n + j] += 0.5;
    }
    double[] y = RandomModels.rows(1, n, 4);
    double[] x = new double[n];
    Dense.multiply(a, 0, n, n, y, x);
    double expected = 0;
    for (int j = 0; j < n; j++) {
      expected += x[j] * y[j];
    }
    assertThat(new Cholesky(a, n).inverseForm(x)).isCloseTo(expected, within(1e-11 * expected));
  }

  @Test
  void whatIsNotPositiveDefiniteIsRefused() {
    assertThatThrownBy(() -> new Cholesky(new double[] {1, 2, 2, 4}, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pivot 1 of 2 is 0.0, expected a positive definite matrix");
    assertThatThrownBy(() -> new Cholesky(new double[] {Double.NaN}, 1))
        .hasMessageContaining("pivot 0 of 1 is NaN");
  }
}
