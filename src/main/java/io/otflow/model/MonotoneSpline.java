package io.otflow.model;

import java.util.Arrays;

/**
 * A strictly increasing map of the whole line onto itself with a continuous derivative: a rational
 * quadratic in each piece between two knots (Gregory and Delbourgo 1982; Durkan et al. 2019,
 * arXiv:1906.04032), and beyond the last knots a line or, where a tail is bent, a logarithm. It
 * costs a binary search among the knots and one or two divisions; beyond a bent end a logarithm.
 * Immutable.
 */
public final class MonotoneSpline {

  /** Most knots. */
  public static final int MAX_KNOTS = 256;

  private final double[] at;
  private final double[] value;
  private final double[] slope;

  /** One over the width of each piece, and the slope of the line through its ends. */
  private final double[] perWidth;

  private final double[] secant;
  private final double lowerBend;
  private final double upperBend;

  /**
   * A spline.
   *
   * @param at where the knots are: 2 to {@value #MAX_KNOTS}, finite, ascending
   * @param value what the map is there: finite, ascending
   * @param slope its derivative there: finite, positive
   * @param lowerBend b of the tail below the first knot, at least 0: at a distance u from the knot
   *     it has gone slope·log(1 + b·u)/b, or slope·u if b is 0
   * @param upperBend the same above the last knot
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public MonotoneSpline(
      double[] at, double[] value, double[] slope, double lowerBend, double upperBend) {
    if (at.length < 2 || at.length > MAX_KNOTS) {
      throw new IllegalArgumentException(
          "spline has " + at.length + " knots, expected 2 to " + MAX_KNOTS);
    }
    if (value.length != at.length || slope.length != at.length) {
      throw new IllegalArgumentException(
          "spline has "
              + at.length
              + " knots, "
              + value.length
              + " values and "
              + slope.length
              + " slopes, expected the same");
    }
    for (int i = 0; i < at.length; i++) {
      if (!Double.isFinite(at[i]) || (i > 0 && !(at[i] > at[i - 1]))) {
        throw unfit("knot", i, at[i], "finite and ascending");
      }
      if (!Double.isFinite(value[i]) || (i > 0 && !(value[i] > value[i - 1]))) {
        throw unfit("value", i, value[i], "finite and ascending");
      }
      if (!(Double.isFinite(slope[i]) && slope[i] > 0)) {
        throw unfit("slope", i, slope[i], "finite and positive");
      }
      if (i > 0 && !usable((value[i] - value[i - 1]) / (at[i] - at[i - 1]))) {
        throw unfit("value", i, value[i], "a finite positive slope from the knot before");
      }
    }
    checkBend("lower", lowerBend);
    checkBend("upper", upperBend);
    this.at = at.clone();
    this.value = value.clone();
    this.slope = slope.clone();
    perWidth = new double[at.length - 1];
    secant = new double[at.length - 1];
    for (int i = 0; i < secant.length; i++) {
      double width = at[i + 1] - at[i];
      perWidth[i] = 1 / width;
      secant[i] = (value[i + 1] - value[i]) / width;
    }
    this.lowerBend = lowerBend;
    this.upperBend = upperBend;
  }

  private static boolean usable(double slope) {
    return slope > 0 && Double.isFinite(slope);
  }

  private static void checkBend(String end, double bend) {
    if (!(bend >= 0 && Double.isFinite(bend))) {
      throw new IllegalArgumentException(
          end + " bend of a spline is " + bend + ", expected a finite value of at least 0");
    }
  }

  private static IllegalArgumentException unfit(String what, int i, double got, String expected) {
    return new IllegalArgumentException(
        what + " " + i + " of a spline is " + got + ", expected " + expected);
  }

  /**
   * The map.
   *
   * @param x where
   * @return its value; NaN or infinite only where x is, or where a double ends
   */
  public double apply(double x) {
    int last = at.length - 1;
    if (!(x >= at[0])) {
      return value[0] - tail(at[0] - x, slope[0], lowerBend);
    }
    if (x >= at[last]) {
      return value[last] + tail(x - at[last], slope[last], upperBend);
    }
    int i = piece(at, x);
    double t = (x - at[i]) * perWidth[i];
    return inPiece(i, t, perDenominator(i, t));
  }

  /**
   * The derivative of the map.
   *
   * @param x where
   * @return it, positive; NaN where x is, and 0 where a bent tail's is less than a double can be
   */
  public double derivative(double x) {
    int last = at.length - 1;
    if (!(x >= at[0])) {
      return tailDerivative(at[0] - x, slope[0], lowerBend);
    }
    if (x >= at[last]) {
      return tailDerivative(x - at[last], slope[last], upperBend);
    }
    int i = piece(at, x);
    double t = (x - at[i]) * perWidth[i];
    return derivativeInPiece(i, t, perDenominator(i, t));
  }

  /**
   * Maps a value in place, and gives the derivative there: both for little more than one.
   *
   * @param x has the value; receives what the map is there
   * @param index where
   * @return the derivative, as {@link #derivative}
   */
  public double replace(double[] x, int index) {
    double v = x[index];
    if (!(v >= at[0] && v < at[at.length - 1])) {
      x[index] = apply(v);
      return derivative(v);
    }
    int i = piece(at, v);
    double t = (v - at[i]) * perWidth[i];
    double perDenominator = perDenominator(i, t);
    x[index] = inPiece(i, t, perDenominator);
    return derivativeInPiece(i, t, perDenominator);
  }

  private double perDenominator(int i, double t) {
    return 1 / (secant[i] + (slope[i] + slope[i + 1] - 2 * secant[i]) * t * (1 - t));
  }

  /** The map at the share t of piece i. */
  private double inPiece(int i, double t, double perDenominator) {
    double height = value[i + 1] - value[i];
    double up = secant[i] * t * t + slope[i] * t * (1 - t);
    return value[i] + height * up * perDenominator;
  }

  /** Its derivative there. */
  private double derivativeInPiece(int i, double t, double perDenominator) {
    double share = secant[i] * perDenominator;
    double rest = 1 - t;
    return share
        * share
        * (slope[i + 1] * t * t + 2 * secant[i] * t * rest + slope[i] * rest * rest);
  }

  /**
   * The inverse of the map.
   *
   * @param y a value
   * @return where the map has it; NaN or infinite only where y is, or where a double ends
   */
  public double invert(double y) {
    int last = at.length - 1;
    if (!(y >= value[0])) {
      return at[0] - invertedTail(value[0] - y, slope[0], lowerBend);
    }
    if (y >= value[last]) {
      return at[last] + invertedTail(y - value[last], slope[last], upperBend);
    }
    int i = piece(value, y);
    double width = at[i + 1] - at[i];
    double height = value[i + 1] - value[i];
    double up = y - value[i];
    double bend = up * (slope[i] + slope[i + 1] - 2 * secant[i]);
    double a = height * (secant[i] - slope[i]) + bend;
    double b = height * slope[i] - bend;
    double c = -secant[i] * up;
    double root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
    // Of the two forms of the root the one that does not subtract what is alike.
    double t = b < 0 ? (root - b) / (2 * a) : 2 * c / (-b - root);
    return at[i] + width * Math.max(0, Math.min(1, t));
  }

  private static double tail(double distance, double slope, double bend) {
    return bend == 0 ? slope * distance : slope * Math.log1p(bend * distance) / bend;
  }

  private static double tailDerivative(double distance, double slope, double bend) {
    // A line has no product of 0 and an infinite distance, and NaN stays NaN.
    return bend == 0 && distance >= 0 ? slope : slope / (1 + bend * distance);
  }

  private static double invertedTail(double up, double slope, double bend) {
    return bend == 0 ? up / slope : Math.expm1(bend * up / slope) / bend;
  }

  /** Index of the last knot that is at most a value, which lies between the ends. */
  private static int piece(double[] knots, double x) {
    int low = 0;
    int high = knots.length - 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (x >= knots[middle]) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Where the knots are.
   *
   * @return a copy
   */
  public double[] at() {
    return at.clone();
  }

  /**
   * What the map is at the knots.
   *
   * @return a copy
   */
  public double[] value() {
    return value.clone();
  }

  /**
   * The derivative at the knots.
   *
   * @return a copy
   */
  public double[] slope() {
    return slope.clone();
  }

  /**
   * How much the tail below the first knot is bent.
   *
   * @return 0 for a line
   */
  public double lowerBend() {
    return lowerBend;
  }

  /**
   * How much the tail above the last knot is bent.
   *
   * @return 0 for a line
   */
  public double upperBend() {
    return upperBend;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MonotoneSpline that
        && Arrays.equals(at, that.at)
        && Arrays.equals(value, that.value)
        && Arrays.equals(slope, that.slope)
        && lowerBend == that.lowerBend
        && upperBend == that.upperBend;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(at) + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "MonotoneSpline["
        + at.length
        + " knots from "
        + at[0]
        + " to "
        + at[at.length - 1]
        + ", bends "
        + lowerBend
        + " and "
        + upperBend
        + "]";
  }
}
