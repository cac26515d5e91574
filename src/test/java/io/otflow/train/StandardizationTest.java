package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scaling of features whose spread is small beside their mean, or that are near what is finite. */
class StandardizationTest {

  private static Standardization of(double mean, double deviation, double trim) {
    Random random = new Random(11);
    double[] x = new double[5000];
    for (int i = 0; i < x.length; i++) {
      x[i] = mean + deviation * random.nextGaussian();
    }
    return Standardization.of(x, x.length, 1, 0, trim, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "103.8, 1e-4",
    "1, 1e-9",
    "-1e6, 1e-3",
    "2e12, 2e3",
    "1e15, 1e6",
    "1e15, 1e12",
    "1e300, 1e297",
    "0, 1e300",
    "1e-200, 1e-206"
  })
  void aSmallSpreadOnALargeMeanIsFound(double mean, double deviation) {
    for (double trim : new double[] {0, 0.1}) {
      Standardization measured = of(mean, deviation, trim);
      assertThat(measured.scaling().constant(0)).isFalse();
      assertThat(measured.scaling().scale()[0]).isCloseTo(deviation, Percentage.withPercentage(5));
      assertThat(Math.abs(measured.scaling().mean()[0] - mean)).isLessThan(0.1 * deviation);
      assertThat(measured.noise()[0]).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "103.8, 0", "1e15, 0.1", "0.1, 1e-17"})
  void whatDiffersByRoundingAloneIsConstant(double mean, double deviation) {
    Standardization measured = of(mean, deviation, 0);
    assertThat(measured.scaling().constant(0)).isTrue();
    assertThat(measured.noise()[0]).isEqualTo(1);
  }

  @Test
  void aConstantKeepsTheScalingOfTheModelBefore() {
    Standardization before = of(103.8, 1e-4, 0);
    double[] same = new double[100];
    Arrays.fill(same, 103.8001);
    Standardization after = Standardization.of(same, 100, 1, 0, 0, Optional.of(before.scaling()));
    assertThat(after.scaling()).isEqualTo(before.scaling());
  }
}
