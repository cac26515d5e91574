package io.otflow.engine;

/** What every engine checks of the rows that it is given, and promises of its results. */
public final class Rows {

  private Rows() {}

  /**
   * Checks a call of {@link LikelihoodEngine#score}.
   *
   * @param x rows × d, row-major
   * @param rows number of rows
   * @param d number of features
   * @param logLikelihood one value a row
   * @param errorEstimate one value a row, or null
   * @throws IllegalArgumentException if an array is too short, or a value of x is not finite
   */
  public static void check(
      double[] x, int rows, int d, double[] logLikelihood, double[] errorEstimate) {
    checkLength(x, rows, d);
    if (rows > logLikelihood.length) {
      throw new IllegalArgumentException(
          "logLikelihood has length " + logLikelihood.length + ", expected at least n = " + rows);
    }
    if (errorEstimate != null && rows > errorEstimate.length) {
      throw new IllegalArgumentException(
          "errorEstimate has length " + errorEstimate.length + ", expected at least n = " + rows);
    }
    checkFinite(x, rows, d);
  }

  /**
   * Checks rows alone.
   *
   * @param x rows × d, row-major
   * @param rows number of rows
   * @param d number of features
   * @throws IllegalArgumentException if x is too short, or one of its values is not finite
   */
  public static void checkInput(double[] x, int rows, int d) {
    checkLength(x, rows, d);
    checkFinite(x, rows, d);
  }

  private static void checkLength(double[] x, int rows, int d) {
    if (rows < 0 || (long) rows * d > x.length) {
      throw new IllegalArgumentException(
          "x has length "
              + x.length
              + ", expected at least n*d = "
              + rows
              + "*"
              + d
              + " = "
              + (long) rows * d);
    }
  }

  private static void checkFinite(double[] x, int rows, int d) {
    for (int p = 0; p < rows * d; p++) {
      if (!Double.isFinite(x[p])) {
        throw new IllegalArgumentException(
            "feature " + p % d + " of row " + p / d + " is " + x[p] + ", expected a finite value");
      }
    }
  }

  /**
   * A log-likelihood, or negative infinity where the arithmetic left the range of finite numbers.
   *
   * @param logLikelihood any number
   * @return a finite number or negative infinity
   */
  public static double finiteOrImpossible(double logLikelihood) {
    return Double.isFinite(logLikelihood) ? logLikelihood : Double.NEGATIVE_INFINITY;
  }
}
