package io.otflow.math;

/**
 * Products of small dense matrices in double. Matrices are row-major in flat arrays, from an offset
 * where they are part of a larger one. Nothing allocates; outputs must not alias inputs. Names: y,
 * x are vectors, a, b, c matrices.
 */
public final class Dense {

  private Dense() {}

  /**
   * y = A x + y₀.
   *
   * @param a holds A, rows × columns
   * @param aOffset where A starts in a
   * @param rows rows of A
   * @param columns columns of A
   * @param x length columns
   * @param y0 holds the summand
   * @param y0Offset where it starts in y0
   * @param y receives rows values
   */
  public static void affine(
      double[] a,
      int aOffset,
      int rows,
      int columns,
      double[] x,
      double[] y0,
      int y0Offset,
      double[] y) {
    for (int j = 0, p = aOffset; j < rows; j++) {
      double sum = y0[y0Offset + j];
      for (int l = 0; l < columns; l++, p++) {
        sum += a[p] * x[l];
      }
      y[j] = sum;
    }
  }

  /**
   * y = A x.
   *
   * @param a holds A, rows × columns
   * @param aOffset where A starts in a
   * @param rows rows of A
   * @param columns columns of A
   * @param x length columns
   * @param y receives rows values
   */
  public static void multiply(
      double[] a, int aOffset, int rows, int columns, double[] x, double[] y) {
    for (int j = 0, p = aOffset; j < rows; j++) {
      double sum = 0;
      for (int l = 0; l < columns; l++, p++) {
        sum += a[p] * x[l];
      }
      y[j] = sum;
    }
  }

  /**
   * y += scale Aᵀ x.
   *
   * @param a holds A, rows × columns
   * @param aOffset where A starts in a
   * @param rows rows of A
   * @param columns columns of A
   * @param scale factor
   * @param x length rows
   * @param y columns values, added to
   */
  public static void addTransposed(
      double[] a, int aOffset, int rows, int columns, double scale, double[] x, double[] y) {
    for (int j = 0, p = aOffset; j < rows; j++) {
      double factor = scale * x[j];
      for (int l = 0; l < columns; l++, p++) {
        y[l] += factor * a[p];
      }
    }
  }

  /**
   * A += scale x yᵀ.
   *
   * @param scale factor
   * @param x length rows
   * @param rows rows of A
   * @param y length columns
   * @param columns columns of A
   * @param a holds A, added to
   * @param aOffset where A starts in a
   */
  public static void addOuter(
      double scale, double[] x, int rows, double[] y, int columns, double[] a, int aOffset) {
    for (int j = 0, p = aOffset; j < rows; j++) {
      double factor = scale * x[j];
      for (int l = 0; l < columns; l++, p++) {
        a[p] += factor * y[l];
      }
    }
  }

  /**
   * C = A B.
   *
   * @param a holds A, rows × inner
   * @param aOffset where A starts in a
   * @param rows rows of A
   * @param inner columns of A, rows of B
   * @param b B, inner × columns
   * @param columns columns of B
   * @param c receives rows × columns
   */
  public static void multiply(
      double[] a, int aOffset, int rows, int inner, double[] b, int columns, double[] c) {
    for (int j = 0; j < rows; j++) {
      int row = j * columns;
      for (int k = 0; k < columns; k++) {
        c[row + k] = 0;
      }
      for (int l = 0; l < inner; l++) {
        double factor = a[aOffset + j * inner + l];
        int source = l * columns;
        for (int k = 0; k < columns; k++) {
          c[row + k] += factor * b[source + k];
        }
      }
    }
  }

  /**
   * C += Aᵀ B.
   *
   * @param a holds A, rows × inner
   * @param aOffset where A starts in a
   * @param rows rows of A and B
   * @param inner columns of A, rows of C
   * @param b B, rows × columns
   * @param columns columns of B
   * @param c inner × columns, added to
   */
  public static void addTransposed(
      double[] a, int aOffset, int rows, int inner, double[] b, int columns, double[] c) {
    for (int j = 0; j < rows; j++) {
      int source = j * columns;
      for (int l = 0; l < inner; l++) {
        double factor = a[aOffset + j * inner + l];
        int row = l * columns;
        for (int k = 0; k < columns; k++) {
          c[row + k] += factor * b[source + k];
        }
      }
    }
  }

  /**
   * C += A Bᵀ.
   *
   * @param a A, rows × inner
   * @param rows rows of A
   * @param b B, columns × inner
   * @param columns rows of B
   * @param inner columns of A and B
   * @param c holds C, rows × columns, added to
   * @param cOffset where C starts in c
   */
  public static void addByTransposed(
      double[] a, int rows, double[] b, int columns, int inner, double[] c, int cOffset) {
    for (int j = 0; j < rows; j++) {
      for (int l = 0; l < columns; l++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          sum += a[j * inner + k] * b[l * inner + k];
        }
        c[cOffset + j * columns + l] += sum;
      }
    }
  }
}
