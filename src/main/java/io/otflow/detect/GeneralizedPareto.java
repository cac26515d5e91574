package io.otflow.detect;

/**
 * The generalized Pareto distribution, P(X &gt; x) = (1 + ξx/β)^(−1/ξ) for x ≥ 0, exponential where
 * ξ = 0 (Pickands, Annals of Statistics 1975).
 *
 * @param shape ξ
 * @param scale β, positive
 */
record GeneralizedPareto(double shape, double scale) {

  /** Under it the shape makes no difference that a double could hold. */
  private static final double EXPONENTIAL = 1e-9;

  /**
   * log P(X &gt; x).
   *
   * @param x at least 0
   * @return at most 0; negative infinity beyond the end of a distribution that has one
   */
  double logSurvival(double x) {
    if (Math.abs(shape) < EXPONENTIAL) {
      return -x / scale;
    }
    double t = shape * x / scale;
    return t <= -1 ? Double.NEGATIVE_INFINITY : -Math.log1p(t) / shape;
  }

  /**
   * P(X &gt; x).
   *
   * @param x at least 0
   */
  double survival(double x) {
    return Math.exp(logSurvival(x));
  }

  /**
   * The value that is exceeded with a probability.
   *
   * @param logProbability logarithm of the probability, at most 0
   * @return x, at least 0
   */
  double quantile(double logProbability) {
    return Math.abs(shape) < EXPONENTIAL
        ? -logProbability * scale
        : Math.expm1(-shape * logProbability) / shape * scale;
  }

  /** What is left beyond a value is of the same kind. */
  double scaleBeyond(double x) {
    return scale + shape * x;
  }
}
