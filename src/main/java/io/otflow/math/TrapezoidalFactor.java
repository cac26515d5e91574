package io.otflow.math;

/**
 * The lower trapezoidal factor L of A = L Qᵀ with orthogonal Q, by Householder reflections from the
 * right (Golub and Van Loan, Matrix Computations, 5.2). Any product W L has the same Frobenius norm
 * in each row as W A, and column k of L is zero above row k.
 */
public final class TrapezoidalFactor {

  private TrapezoidalFactor() {}

  /**
   * Factors a matrix in place. Cost 2·rows·columns·min(rows, columns).
   *
   * @param a rows × columns, row-major; replaced by L, whose elements right of the diagonal are
   *     exactly zero
   * @param rows its rows
   * @param columns its columns
   */
  public static void factor(double[] a, int rows, int columns) {
    double[] v = new double[columns];
    for (int k = 0; k < Math.min(rows, columns); k++) {
      int row = k * columns;
      double norm = 0;
      for (int l = k; l < columns; l++) {
        norm = Math.hypot(norm, a[row + l]);
      }
      double alpha = a[row + k] > 0 ? -norm : norm;
      double square = 0;
      for (int l = k; l < columns; l++) {
        v[l] = a[row + l] - (l == k ? alpha : 0);
        square += v[l] * v[l];
      }
      if (square > 0) {
        reflect(a, rows, columns, k, v, 2 / square);
      }
      for (int l = k + 1; l < columns; l++) {
        a[row + l] = 0;
      }
    }
  }

  /** Rows k and below times I − factor · v vᵀ. */
  private static void reflect(double[] a, int rows, int columns, int k, double[] v, double factor) {
    for (int j = k; j < rows; j++) {
      double dot = 0;
      for (int l = k; l < columns; l++) {
        dot += a[j * columns + l] * v[l];
      }
      for (int l = k; l < columns; l++) {
        a[j * columns + l] -= factor * dot * v[l];
      }
    }
  }
}
