package io.otflow.math;

/**
 * The χ² distribution with k degrees of freedom, P(X &gt; x) = Γ(k/2, x/2)/Γ(k/2), in logarithms,
 * so that its far tail does not underflow. Immutable; no call allocates.
 */
public final class ChiSquare {

  private static final int MOST_TERMS = 10_000;
  private static final double EPSILON = 1e-15;

  private final double shape;
  private final double logGamma;

  /**
   * A distribution.
   *
   * @param degrees degrees of freedom k, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public ChiSquare(int degrees) {
    if (degrees < 1) {
      throw new IllegalArgumentException("degrees are " + degrees + ", expected at least 1");
    }
    shape = degrees / 2.0;
    logGamma = logGammaOfHalf(degrees);
  }

  /** log Γ(k/2) by the recursion from Γ(1) = 1 or Γ(1/2) = √π. */
  private static double logGammaOfHalf(int k) {
    double sum = k % 2 == 0 ? 0 : 0.5 * Math.log(Math.PI);
    for (double a = k % 2 == 0 ? 1 : 0.5; a < k / 2.0; a++) {
      sum += Math.log(a);
    }
    return sum;
  }

  /**
   * log P(X &gt; x), to a relative error of about 1e-14 of the probability. Some tens of divisions
   * around the mean, fewer in the tail.
   *
   * @param x a value; what is not positive has probability 1
   * @return at most 0
   */
  public double logSurvival(double x) {
    double half = x / 2;
    if (!(half > 0)) {
      return Double.isNaN(x) ? Double.NaN : 0;
    }
    if (half == Double.POSITIVE_INFINITY) {
      return Double.NEGATIVE_INFINITY;
    }
    double logFactor = shape * Math.log(half) - half - logGamma;
    return half < shape + 1
        ? Math.log1p(-Math.exp(logFactor) * series(half))
        : logFactor + Math.log(fraction(half));
  }

  /** Σ xⁿ/(a(a+1)…(a+n)): the lower incomplete gamma function less its factor. */
  private double series(double x) {
    double term = 1 / shape;
    double sum = term;
    for (int n = 1; n < MOST_TERMS && term > EPSILON * sum; n++) {
      term *= x / (shape + n);
      sum += term;
    }
    return sum;
  }

  /** The upper incomplete gamma function less its factor: a continued fraction, by Lentz. */
  private double fraction(double x) {
    double b = x + 1 - shape;
    double c = Double.MAX_VALUE;
    double d = 1 / b;
    double product = d;
    for (int n = 1; n < MOST_TERMS; n++) {
      double a = -n * (n - shape);
      b += 2;
      d = 1 / (a * d + b);
      c = b + a / c;
      double factor = c * d;
      product *= factor;
      if (Math.abs(factor - 1) < EPSILON) {
        break;
      }
    }
    return product;
  }

  /**
   * The value x that is exceeded with a probability, by bisection.
   *
   * @param logProbability logarithm of the probability, at most 0
   * @return x with {@link #logSurvival} equal to it
   */
  public double quantile(double logProbability) {
    if (!(logProbability < 0)) {
      return 0;
    }
    double high = 2 * shape + 2;
    while (logSurvival(high) > logProbability) {
      high *= 2;
    }
    double low = 0;
    while (high - low > 1e-14 * high) {
      double middle = 0.5 * (low + high);
      if (middle <= low || middle >= high) {
        break;
      }
      if (logSurvival(middle) > logProbability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
