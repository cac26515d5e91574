package io.otflow.detect;

/**
 * The exponential density g(u) = λ e^(−λu)/(1 − e^−λ) on [0, 1], a bet on small u: what a drift
 * might make of uniform numbers.
 *
 * @param lambda λ, above 0; 0 would be uniform
 */
record Tilt(double lambda) {

  /** g(0), the largest value. */
  double atZero() {
    return lambda / -StrictMath.expm1(-lambda);
  }

  /** The variance of g(u) for uniform u, (λ/2) coth(λ/2) − 1. */
  double variance() {
    return lambda / 2 / StrictMath.tanh(lambda / 2) - 1;
  }

  /** The mean of ln g(u) for u of density g: nats that an event of this very drift yields. */
  double information() {
    double mean = 1 / lambda - 1 / StrictMath.expm1(lambda);
    return StrictMath.log(atZero()) - lambda * mean;
  }

  /**
   * How far the mean of g(u) may lie from 1 though nothing has drifted, in standard deviations. The
   * ranks come from {@code rows} rows, which adds the variance of g over rows, and have an error of
   * their own, which adds the square of it times the variation of g, λ for each of {@code slopes}
   * monotone pieces.
   */
  double deviation(double rows, double rankError, int slopes) {
    double error = rankError * lambda * slopes;
    return Math.sqrt(variance() / rows + error * error);
  }
}
