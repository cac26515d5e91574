package io.otflow.model;

/**
 * What is known of ordinary events beyond the calibration rows: the exceedances over a start follow
 * a generalized Pareto distribution. They are measured on the scale v = −log P(χ² with {@code
 * degrees} &gt; 2(S − location)/unit) of S = −log p, on which a Gaussian's exceedances are
 * exponential: P(v &gt; start + x) = startRate·(1 + shape·x/scale)^(−1/shape).
 *
 * @param degrees degrees of freedom of the scale, the number of features
 * @param location origin of the scale, nats
 * @param unit what one unit of the scale is, nats, positive
 * @param start where the tail starts, on the scale
 * @param startRate share of ordinary events beyond the start, in (0, 1)
 * @param shape ξ of the generalized Pareto distribution
 * @param scale β of the generalized Pareto distribution, on the scale, positive
 * @param shapeError standard error of the shape
 * @param logScaleError standard error of the logarithm of the scale
 * @param correlation of these two errors
 * @param exceedances calibration rows beyond the start that the tail was fitted to
 * @param smallestRate least probability that is known within a factor of ten (two standard errors);
 *     below it probabilities are upper bounds
 */
public record Tail(
    int degrees,
    double location,
    double unit,
    double start,
    double startRate,
    double shape,
    double scale,
    double shapeError,
    double logScaleError,
    double correlation,
    long exceedances,
    double smallestRate) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public Tail {
    check(degrees >= 1, "degrees", degrees, "at least 1");
    check(Double.isFinite(location), "location", location, "finite");
    check(unit > 0, "unit", unit, "positive");
    check(start >= 0, "start", start, "at least 0");
    check(startRate > 0 && startRate < 1, "startRate", startRate, "between 0 and 1");
    check(Math.abs(shape) <= 10, "shape", shape, "between -10 and 10");
    check(scale > 0, "scale", scale, "positive");
    check(shapeError >= 0, "shapeError", shapeError, "at least 0");
    check(logScaleError >= 0, "logScaleError", logScaleError, "at least 0");
    check(Math.abs(correlation) <= 1, "correlation", correlation, "between -1 and 1");
    check(exceedances >= 1, "exceedances", exceedances, "at least 1");
    check(
        smallestRate > 0 && smallestRate <= startRate,
        "smallestRate",
        smallestRate,
        "positive, at most startRate");
  }

  /**
   * The same tail, known down to another rate.
   *
   * @param rate least probability that is known within a factor of ten, at most the start's
   * @return a copy
   * @throws IllegalArgumentException if the rate is out of its range
   */
  public Tail knownDownTo(double rate) {
    return new Tail(
        degrees,
        location,
        unit,
        start,
        startRate,
        shape,
        scale,
        shapeError,
        logScaleError,
        correlation,
        exceedances,
        rate);
  }

  private static void check(boolean holds, String name, Number value, String expected) {
    if (!(holds && Double.isFinite(value.doubleValue()))) {
      throw new IllegalArgumentException(
          "tail " + name + " is " + value + ", expected " + expected);
    }
  }
}
