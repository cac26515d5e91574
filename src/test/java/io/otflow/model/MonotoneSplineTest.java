package io.otflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class MonotoneSplineTest {

  private static final double[] AT = {-2, -0.5, 0.25, 1, 3};
  private static final double[] VALUE = {-1.5, -0.75, 0.5, 0.9, 2};
  private static final double[] SLOPE = {0.8, 0.6, 1.5, 0.4, 0.7};

  /** Lines at both ends. */
  private static final MonotoneSpline LINES = new MonotoneSpline(AT, VALUE, SLOPE, 0, 0);

  /** Logarithms at both ends. */
  private static final MonotoneSpline BENT = new MonotoneSpline(AT, VALUE, SLOPE, 0.5, 0.1);

  private static MonotoneSpline random(long seed) {
    Random random = new Random(seed);
    int knots = 2 + random.nextInt(12);
    double[] at = new double[knots];
    double[] value = new double[knots];
    double[] slope = new double[knots];
    at[0] = -3;
    value[0] = random.nextGaussian();
    for (int i = 0; i < knots; i++) {
      if (i > 0) {
        double width = Math.exp(random.nextGaussian());
        at[i] = at[i - 1] + width;
        value[i] = value[i - 1] + width * Math.exp(random.nextGaussian());
      }
      slope[i] = Math.exp(random.nextGaussian());
    }
    return new MonotoneSpline(
        at,
        value,
        slope,
        random.nextBoolean() ? 0 : random.nextDouble(),
        random.nextBoolean() ? 0 : random.nextDouble());
  }

  @Test
  void theInverseUndoesTheMap() {
    for (MonotoneSpline spline : new MonotoneSpline[] {LINES, BENT}) {
      for (double size = 1e-3; size < 1e9; size *= 1.03) {
        for (double x : new double[] {-size, size}) {
          assertThat(spline.invert(spline.apply(x))).isCloseTo(x, within(1e-12 * (1 + size)));
        }
      }
      assertThat(spline.invert(spline.apply(0))).isCloseTo(0, within(1e-12));
    }
  }

  @Property(tries = 1000, seed = "20260701")
  void theInverseOfAnySplineUndoesIt(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = -50, max = 50) double x) {
    MonotoneSpline spline = random(seed);
    double y = spline.apply(x);
    // What rounding y alone may move x by.
    double allowed = 1e-14 * (1 + Math.abs(x) + Math.abs(y) / spline.derivative(x));
    assertThat(spline.invert(y)).isCloseTo(x, within(100 * allowed));
  }

  /** Here the form of the root that is right elsewhere cancels eight digits. */
  @Test
  void theInverseBetweenSteepKnotsIsExact() {
    MonotoneSpline spline =
        new MonotoneSpline(new double[] {0, 1}, new double[] {0, 1e-8}, new double[] {1, 1}, 0, 0);
    for (int i = 0; i <= 1000; i++) {
      double y = 1e-11 * i;
      assertThat(spline.apply(spline.invert(y))).isCloseTo(y, within(1e-15));
    }
  }

  @Property(tries = 1000, seed = "20260702")
  void theDerivativeAgreesWithDifferences(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @DoubleRange(min = -30, max = 30) double x) {
    MonotoneSpline spline = random(seed);
    double h = 1e-6;
    double difference = (spline.apply(x + h) - spline.apply(x - h)) / (2 * h);
    double derivative = spline.derivative(x);
    assertThat(derivative).isPositive();
    assertThat(derivative).isCloseTo(difference, within(1e-4 * (1 + derivative)));
  }

  @Property(tries = 200, seed = "20260703")
  void isStrictlyIncreasing(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    MonotoneSpline spline = random(seed);
    double before = spline.apply(-100);
    for (double x = -100 + 1.0 / 64; x < 100; x += 1.0 / 64) {
      double y = spline.apply(x);
      assertThat(y).isGreaterThan(before);
      before = y;
    }
  }

  @Test
  void valueAndDerivativeAreContinuousAtTheKnots() {
    for (MonotoneSpline spline : new MonotoneSpline[] {LINES, BENT}) {
      for (int i = 0; i < AT.length; i++) {
        assertThat(spline.apply(AT[i])).isEqualTo(VALUE[i]);
        assertThat(spline.derivative(AT[i])).isCloseTo(SLOPE[i], within(1e-14));
        for (double beside : new double[] {Math.nextDown(AT[i]), Math.nextUp(AT[i])}) {
          assertThat(spline.apply(beside)).isCloseTo(VALUE[i], within(1e-14));
          assertThat(spline.derivative(beside)).isCloseTo(SLOPE[i], within(1e-13));
        }
      }
    }
  }

  @Test
  void aTailIsALineOrALogarithm() {
    assertThat(LINES.apply(13)).isCloseTo(2 + 0.7 * 10, within(1e-14));
    assertThat(BENT.apply(13)).isCloseTo(2 + 0.7 * Math.log(2) / 0.1, within(1e-14));
    assertThat(BENT.apply(-6)).isCloseTo(-1.5 - 0.8 * Math.log(3) / 0.5, within(1e-14));
    assertThat(BENT.derivative(-6)).isCloseTo(0.8 / 3, within(1e-14));
  }

  @Test
  void farValuesStayFinite() {
    for (MonotoneSpline spline : new MonotoneSpline[] {LINES, BENT}) {
      for (double x : new double[] {-1e300, 1e300}) {
        assertThat(spline.apply(x)).isFinite();
        assertThat(spline.derivative(x)).isFinite().isPositive();
      }
    }
  }

  @Test
  void whatIsNoNumberStaysNone() {
    for (MonotoneSpline spline : new MonotoneSpline[] {LINES, BENT}) {
      assertThat(spline.apply(Double.NaN)).isNaN();
      assertThat(spline.derivative(Double.NaN)).isNaN();
      assertThat(spline.invert(Double.NaN)).isNaN();
      for (double x : new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
        assertThat(spline.apply(x)).isEqualTo(x);
        assertThat(spline.invert(x)).isEqualTo(x);
      }
    }
    assertThat(LINES.derivative(Double.NEGATIVE_INFINITY)).isEqualTo(0.8);
    assertThat(LINES.derivative(Double.POSITIVE_INFINITY)).isEqualTo(0.7);
    assertThat(BENT.derivative(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(BENT.derivative(Double.POSITIVE_INFINITY)).isZero();
  }

  @Test
  void whatIsNoSplineIsRefused() {
    double[] one = {0};
    refused(one, one, one, 0, 0, "spline has 1 knots, expected 2 to 256");
    double[] many = new double[257];
    refused(many, many, many, 0, 0, "spline has 257 knots, expected 2 to 256");
    refused(AT, one, SLOPE, 0, 0, "spline has 5 knots, 1 values and 5 slopes, expected the same");
    refused(AT, VALUE, one, 0, 0, "spline has 5 knots, 5 values and 1 slopes, expected the same");
    for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, -0.5, -9}) {
      refused(
          with(AT, 2, bad),
          VALUE,
          SLOPE,
          0,
          0,
          "knot 2 of a spline is " + bad + ", expected finite and ascending");
    }
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0.75, -9}) {
      refused(
          AT,
          with(VALUE, 2, bad),
          SLOPE,
          0,
          0,
          "value 2 of a spline is " + bad + ", expected finite and ascending");
    }
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 0, -1}) {
      refused(
          AT,
          VALUE,
          with(SLOPE, 4, bad),
          0,
          0,
          "slope 4 of a spline is " + bad + ", expected finite and positive");
    }
    refused(
        new double[] {-Double.MAX_VALUE, Double.MAX_VALUE},
        new double[] {0, 1},
        new double[] {1, 1},
        0,
        0,
        "value 1 of a spline is 1.0, expected a finite positive slope from the knot before");
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e-9}) {
      refused(AT, VALUE, SLOPE, bad, 0, "lower bend of a spline is " + bad + ", expected");
      refused(AT, VALUE, SLOPE, 0, bad, "upper bend of a spline is " + bad + ", expected");
    }
  }

  private static double[] with(double[] values, int i, double value) {
    double[] changed = values.clone();
    changed[i] = value;
    return changed;
  }

  private static void refused(
      double[] at,
      double[] value,
      double[] slope,
      double lowerBend,
      double upperBend,
      String message) {
    assertThatThrownBy(() -> new MonotoneSpline(at, value, slope, lowerBend, upperBend))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void isEqualByItsValuesAndKeepsThem() {
    double[] at = AT.clone();
    MonotoneSpline spline = new MonotoneSpline(at, VALUE, SLOPE, 0, 0);
    Arrays.fill(at, 0);
    assertThat(spline).isEqualTo(LINES).hasSameHashCodeAs(LINES).isNotEqualTo(BENT);
    assertThat(spline.at()).isEqualTo(AT);
    assertThat(spline.value()).isEqualTo(VALUE);
    assertThat(spline.slope()).isEqualTo(SLOPE);
  }
}
