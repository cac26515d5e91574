package io.otflow.detect;

import io.otflow.math.ChiSquare;

/**
 * The scale on which exceedances of S = −log p are measured: v = −log P(χ²_d &gt; 2(S − location)/
 * unit). S of a Gaussian of d features is location + χ²_d/2, so that there v is exponential; what
 * is left for a generalized Pareto distribution to fit is how far a density is from a Gaussian. On
 * S itself the exceedances of a Gaussian are exponential in the limit only, and the error is a
 * factor of two at a rate of one in 100,000. Immutable; no call allocates.
 */
final class ExponentialScale {

  private static final double LOG_HALF = Math.log(0.5);
  private static final double LOG_QUARTER = Math.log(0.25);
  private static final double LOG_THREE_QUARTERS = Math.log(0.75);

  private final ChiSquare gaussian;
  private final int degrees;
  private final double location;
  private final double unit;

  /**
   * A scale.
   *
   * @param degrees number of features
   * @param location where S is least, nats
   * @param unit one unit of the scale, nats
   */
  ExponentialScale(int degrees, double location, double unit) {
    this.gaussian = new ChiSquare(degrees);
    this.degrees = degrees;
    this.location = location;
    this.unit = unit;
  }

  /**
   * The scale whose quartiles are those of values.
   *
   * @param s values of S, ascending
   * @param rows how many of them count, from the first
   * @param degrees number of features
   * @return the scale; null where the quartiles are no different
   */
  static ExponentialScale of(double[] s, int rows, int degrees) {
    ChiSquare gaussian = new ChiSquare(degrees);
    double low = gaussian.quantile(LOG_THREE_QUARTERS) / 2;
    double middle = gaussian.quantile(LOG_HALF) / 2;
    double high = gaussian.quantile(LOG_QUARTER) / 2;
    double unit = (s[(int) (0.75 * rows)] - s[(int) (0.25 * rows)]) / (high - low);
    if (!(unit > 0 && Double.isFinite(unit))) {
      return null;
    }
    return new ExponentialScale(degrees, s[rows / 2] - unit * middle, unit);
  }

  /** v of a value of S. */
  double of(double s) {
    return -gaussian.logSurvival(2 * (s - location) / unit);
  }

  /** S of a value of v. */
  double invert(double v) {
    return location + unit * gaussian.quantile(-v) / 2;
  }

  int degrees() {
    return degrees;
  }

  double location() {
    return location;
  }

  double unit() {
    return unit;
  }
}
