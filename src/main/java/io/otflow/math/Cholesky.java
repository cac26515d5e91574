package io.otflow.math;

/**
 * The factor of a symmetric positive definite matrix, A = L Lᵀ with a lower triangular L.
 * Immutable; making one costs n³/6 multiplications.
 */
public final class Cholesky {

  private final int n;
  private final double[] l;

  /**
   * Factors a matrix.
   *
   * @param a A, n × n row-major, of which the lower triangle is read; not changed
   * @param n rows of A
   * @throws IllegalArgumentException if A is not positive definite in double; the message names the
   *     pivot
   */
  public Cholesky(double[] a, int n) {
    this.n = n;
    l = new double[n * n];
    for (int j = 0; j < n; j++) {
      for (int k = 0; k <= j; k++) {
        double sum = a[j * n + k];
        for (int i = 0; i < k; i++) {
          sum -= l[j * n + i] * l[k * n + i];
        }
        if (k < j) {
          l[j * n + k] = sum / l[k * n + k];
        } else if (sum > 0) {
          l[j * n + j] = Math.sqrt(sum);
        } else {
          throw new IllegalArgumentException(
              "pivot " + j + " of " + n + " is " + sum + ", expected a positive definite matrix");
        }
      }
    }
  }

  /**
   * log det A.
   *
   * @return Σ 2 log Lⱼⱼ
   */
  public double logDeterminant() {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += 2 * Math.log(l[j * n + j]);
    }
    return sum;
  }

  /**
   * xᵀ A⁻¹ x, by forward substitution. Costs n²/2 multiplications and allocates nothing.
   *
   * @param x length n; receives L⁻¹ x
   * @return the square of its length, at least 0
   */
  public double inverseForm(double[] x) {
    double square = 0;
    for (int j = 0; j < n; j++) {
      double sum = x[j];
      for (int i = 0; i < j; i++) {
        sum -= l[j * n + i] * x[i];
      }
      x[j] = sum / l[j * n + j];
      square += x[j] * x[j];
    }
    return square;
  }

  /**
   * L⁻¹, by which a row of covariance A comes out white. Costs n³/6 multiplications.
   *
   * @return its lower triangle row by row, n(n + 1)/2 values
   */
  public double[] inverseFactor() {
    double[] inverse = new double[n * (n + 1) / 2];
    for (int k = 0; k < n; k++) {
      for (int j = k; j < n; j++) {
        double sum = j == k ? 1 : 0;
        for (int i = k; i < j; i++) {
          sum -= l[j * n + i] * inverse[i * (i + 1) / 2 + k];
        }
        inverse[j * (j + 1) / 2 + k] = sum / l[j * n + j];
      }
    }
    return inverse;
  }
}
