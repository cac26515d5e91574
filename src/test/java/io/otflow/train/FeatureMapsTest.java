package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.model.MonotoneSpline;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class FeatureMapsTest {

  private static double[] values(int n, DoubleSupplier source) {
    return DoubleStream.generate(source).limit(n).toArray();
  }

  /** Mean negative log-likelihood of values under the normal distribution behind a map. */
  private static double cost(MonotoneSpline map, double[] values) {
    double constant = 0.5 * Math.log(2 * Math.PI);
    return Arrays.stream(values)
        .map(v -> constant + 0.5 * Math.pow(map.apply(v), 2) - Math.log(map.derivative(v)))
        .average()
        .orElseThrow();
  }

  @Test
  void aNormalFeatureStaysAsItIs() {
    for (int seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      assertThat(FeatureMaps.of(values(2000, random::nextGaussian))).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void fewValuesDecideNothing() {
    Random random = new Random(1);
    assertThat(FeatureMaps.of(values(100, () -> Math.exp(random.nextGaussian())))).isEmpty();
  }

  /** The entropy of exp(0.5·Z) is that of 0.5·Z, whose logarithm has the mean 0. */
  @Test
  void aLogNormalFeatureBecomesNormal() {
    Random random = new Random(2);
    MonotoneSpline map =
        FeatureMaps.of(values(4000, () -> Math.exp(0.5 * random.nextGaussian()))).orElseThrow();
    assertThat(map.upperBend()).as("a tail that goes on for ever").isPositive();
    double entropy = 0.5 * (1 + Math.log(2 * Math.PI)) + Math.log(0.5);
    double[] fresh = values(50_000, () -> Math.exp(0.5 * random.nextGaussian()));
    assertThat(cost(map, fresh)).isCloseTo(entropy, within(0.02));
    double[] mapped = Arrays.stream(fresh).map(map::apply).sorted().toArray();
    assertThat(mapped[25_000]).as("median").isCloseTo(0, within(0.05));
    assertThat(mapped[49_500]).as("99th percentile").isCloseTo(2.33, within(0.15));
  }

  /**
   * Half of the values near −2, half near 2: a Gaussian has 2.1 nats, a few knots tell them apart.
   */
  @Test
  void aFeatureOfTwoHeapsIsNearerToNormal() {
    Random random = new Random(3);
    DoubleSupplier source = () -> (random.nextBoolean() ? 2 : -2) + 0.5 * random.nextGaussian();
    MonotoneSpline map = FeatureMaps.of(values(4000, source)).orElseThrow();
    double gaussian = 0.5 * (1 + Math.log(2 * Math.PI)) + 0.5 * Math.log(4.25);
    assertThat(cost(map, values(50_000, source))).isLessThan(gaussian - 0.25);
  }

  /** The map of Student's t with two degrees: far values are not as improbable as under a line. */
  @Test
  void heavyTailsAreBentOnBothSides() {
    Random random = new Random(4);
    DoubleSupplier source =
        () -> {
          double square = 0;
          for (int i = 0; i < 2; i++) {
            double z = random.nextGaussian();
            square += z * z;
          }
          return random.nextGaussian() / Math.sqrt(square / 2);
        };
    MonotoneSpline map = FeatureMaps.of(values(4000, source)).orElseThrow();
    assertThat(map.lowerBend()).isPositive();
    assertThat(map.upperBend()).isPositive();
    assertThat(map.apply(1000)).isBetween(4.0, 40.0);
  }

  @Test
  void aLaterMapHasAsManyKnotsAsTheOneBefore() {
    Random random = new Random(5);
    MonotoneSpline first =
        FeatureMaps.of(values(4000, () -> Math.exp(0.5 * random.nextGaussian()))).orElseThrow();
    MonotoneSpline second =
        FeatureMaps.like(values(300, () -> 3 + Math.exp(0.5 * random.nextGaussian())), first);
    assertThat(second.at()).hasSameSizeAs(first.at());
    assertThat(second.apply(4)).isCloseTo(first.apply(1), within(0.2));
    assertThat(FeatureMaps.like(new double[] {1, 1, 1}, first)).isEqualTo(first);
  }

  @Test
  void extremesLeaveAUsableMap() {
    Random random = new Random(6);
    double[] values = values(1000, () -> Math.exp(random.nextGaussian()));
    values[3] = 1e6;
    values[4] = -1e6;
    MonotoneSpline other =
        FeatureMaps.of(values(1000, () -> Math.exp(random.nextGaussian()))).orElseThrow();
    MonotoneSpline map = FeatureMaps.like(values, other);
    assertThat(map.apply(1)).as("the median is where it was").isCloseTo(0, within(0.2));
    for (double v : new double[] {-1e300, -1e6, 0, 1, 1e6, 1e300}) {
      assertThat(map.apply(v)).isFinite();
      assertThat(map.derivative(v)).isPositive();
    }
  }
}
