package io.otflow.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.testing.RandomModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrapezoidalFactorTest {

  /**
   * L Lᵀ = A Aᵀ, which is all that norms of products ask of it, and zeros right of the diagonal.
   */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "5, 1", "7, 3", "3, 7", "16, 16", "40, 9"})
  void keepsTheGramMatrixAndIsTrapezoidal(int rows, int columns) {
    double[] a = RandomModels.rows(rows, columns, 17);
    double[] factor = a.clone();
    TrapezoidalFactor.factor(factor, rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        assertThat(dot(factor, i, j, columns)).isCloseTo(dot(a, i, j, columns), within(1e-12));
      }
      for (int k = i + 1; k < columns; k++) {
        assertThat(factor[i * columns + k]).isZero();
      }
    }
  }

  @Test
  void rowsOfZerosStayZeros() {
    double[] a = {0, 0, 0, 1, 2, 2};
    TrapezoidalFactor.factor(a, 2, 3);
    assertThat(a[0]).isZero();
    assertThat(Math.abs(a[4])).isCloseTo(Math.sqrt(8), within(1e-15));
    assertThat(a[3]).isEqualTo(1);
    assertThat(a[5]).isZero();
  }

  private static double dot(double[] a, int i, int j, int columns) {
    double sum = 0;
    for (int k = 0; k < columns; k++) {
      sum += a[i * columns + k] * a[j * columns + k];
    }
    return sum;
  }
}
