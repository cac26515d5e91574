package io.otflow.model;

import java.util.Arrays;

/**
 * The map y = W(x − center) with a lower triangular W: features of a given covariance, the inverse
 * of WᵀW, come out uncorrelated and with variance 1. Costs d²/2 multiplications. Immutable.
 *
 * <p>Triangular, so that a covariance has one W, which follows it continuously: models of
 * successive windows see the same features in the same places.
 */
public final class Whitening {

  private final double[] center;
  private final double[] w;

  /** W column by column, each from the diagonal down: what goes along a row goes along a vector. */
  private final double[] columns;

  private final int d;

  /**
   * A whitening.
   *
   * @param center d values, finite, copied
   * @param w the lower triangle of W row by row, d(d + 1)/2 finite values with a positive diagonal,
   *     copied
   * @throws IllegalArgumentException if the lengths do not fit or a value is out of its range
   */
  public Whitening(double[] center, double[] w) {
    d = center.length;
    long expected = (long) d * (d + 1) / 2;
    if (w.length != expected) {
      throw new IllegalArgumentException(
          "whitening of "
              + d
              + " features has "
              + w.length
              + " coefficients, expected "
              + expected);
    }
    for (int k = 0; k < d; k++) {
      if (!Double.isFinite(center[k])) {
        throw new IllegalArgumentException(
            "center of feature " + k + " is " + center[k] + ", expected a finite value");
      }
    }
    for (int j = 0, p = 0; j < d; j++) {
      for (int k = 0; k <= j; k++, p++) {
        if (!Double.isFinite(w[p]) || (k == j && !(w[p] > 0))) {
          throw new IllegalArgumentException(
              "whitening has "
                  + w[p]
                  + " at row "
                  + j
                  + ", column "
                  + k
                  + ", expected a finite value, positive on the diagonal");
        }
      }
    }
    this.center = center.clone();
    this.w = w.clone();
    columns = new double[w.length];
    for (int k = 0, p = 0; k < d; k++) {
      for (int j = k; j < d; j++, p++) {
        columns[p] = w[size(j) + k];
      }
    }
  }

  /** Coefficients of the first rows of W. */
  private static int size(int rows) {
    return rows * (rows + 1) / 2;
  }

  /**
   * The number of features.
   *
   * @return d
   */
  public int d() {
    return d;
  }

  /**
   * log|det W|.
   *
   * @return the sum of the logarithms of the diagonal, nats
   */
  public double logDeterminant() {
    double sum = 0;
    for (int j = 0; j < d; j++) {
      sum += Math.log(w[size(j) + j]);
    }
    return sum;
  }

  /**
   * Whitens a row in place.
   *
   * @param x has the row
   * @param offset where it starts
   */
  public void apply(double[] x, int offset) {
    for (int k = 0; k < d; k++) {
      x[offset + k] -= center[k];
    }
    // From the last column back: what it adds to does not go into those before.
    for (int k = d - 1, p = columns.length - 1; k >= 0; k--, p -= d - k) {
      double value = x[offset + k];
      x[offset + k] = columns[p] * value;
      for (int j = k + 1; j < d; j++) {
        x[offset + j] += columns[p + j - k] * value;
      }
    }
  }

  /**
   * The inverse of {@link #apply}.
   *
   * @param y has the row; receives the features
   * @param offset where it starts
   */
  public void invert(double[] y, int offset) {
    for (int j = 0; j < d; j++) {
      int row = size(j);
      double sum = y[offset + j];
      for (int k = 0; k < j; k++) {
        sum -= w[row + k] * y[offset + k];
      }
      y[offset + j] = sum / w[row + j];
    }
    for (int k = 0; k < d; k++) {
      y[offset + k] += center[k];
    }
  }

  /**
   * The center.
   *
   * @return a copy, d values
   */
  public double[] center() {
    return center.clone();
  }

  /**
   * The lower triangle of W, row by row.
   *
   * @return a copy, d(d + 1)/2 values
   */
  public double[] w() {
    return w.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Whitening that
        && Arrays.equals(center, that.center)
        && Arrays.equals(w, that.w);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(center) + Arrays.hashCode(w);
  }

  @Override
  public String toString() {
    return "Whitening[center=" + Arrays.toString(center) + ", w=" + Arrays.toString(w) + "]";
  }
}
