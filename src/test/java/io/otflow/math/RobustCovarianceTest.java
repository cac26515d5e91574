package io.otflow.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RobustCovarianceTest {

  private static final int ROWS = 4000;

  /** Mean (1, −2, 0); the second feature is 0.8 of the first and 0.6 of something else. */
  private static double[] clean(Random random) {
    double[] x = new double[ROWS * 3];
    for (int i = 0; i < ROWS; i++) {
      double first = random.nextGaussian();
      x[3 * i] = 1 + first;
      x[3 * i + 1] = -2 + 0.8 * first + 0.6 * random.nextGaussian();
      x[3 * i + 2] = 0.5 * random.nextGaussian();
    }
    return x;
  }

  private static double mean(double[] x, int feature) {
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      sum += x[3 * i + feature] / ROWS;
    }
    return sum;
  }

  /** Standard errors are about 0.02 for means and 0.03 for variances. */
  private static void assertTruth(RobustCovariance fitted) {
    assertThat(fitted.mean()).containsExactly(new double[] {1, -2, 0}, within(0.08));
    assertThat(fitted.covariance())
        .containsExactly(new double[] {1, 0.8, 0, 0.8, 1, 0, 0, 0, 0.25}, within(0.12));
  }

  @Test
  void ofGaussianRowsItIsTheirMeanAndCovariance() {
    double[] x = clean(new Random(1));
    RobustCovariance fitted = new RobustCovariance(x, ROWS, 3, 7);
    assertTruth(fitted);
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      sum += fitted.squaredDistance(x, 3 * i, new double[3]) / ROWS;
    }
    // χ² with three degrees has the mean 3.
    assertThat(sum).isCloseTo(3, within(0.25));
  }

  /** A fifth of the rows lies elsewhere, close together: the mean of all rows is off by 2. */
  @Test
  void aFifthOfTheRowsDoesNotMoveIt() {
    double[] x = clean(new Random(2));
    Random random = new Random(3);
    for (int i = 0; i < ROWS; i += 5) {
      for (int k = 0; k < 3; k++) {
        x[3 * i + k] = 11 + 0.1 * random.nextGaussian();
      }
    }
    assertThat(mean(x, 0)).isGreaterThan(2.9);
    RobustCovariance fitted = new RobustCovariance(x, ROWS, 3, 7);
    assertThat(fitted.mean()).containsExactly(new double[] {1, -2, 0}, within(0.08));
    assertThat(fitted.squaredDistance(new double[] {11, 11, 11}, 0, new double[3]))
        .isGreaterThan(300);
    assertThat(fitted.squaredDistance(new double[] {1, -2, 0}, 0, new double[3])).isLessThan(0.1);
    assertThat(new RobustCovariance(x, ROWS, 3, 7).mean()).containsExactly(fitted.mean());
  }

  @Test
  void constantAndCopiedFeaturesAndFewRowsDoNotBreakIt() {
    Random random = new Random(4);
    double[] x = new double[200 * 3];
    for (int i = 0; i < 200; i++) {
      x[3 * i] = random.nextGaussian();
      x[3 * i + 1] = x[3 * i];
      x[3 * i + 2] = 5;
    }
    RobustCovariance fitted = new RobustCovariance(x, 200, 3, 7);
    double usual = fitted.squaredDistance(new double[] {0.5, 0.5, 5}, 0, new double[3]);
    assertThat(usual).isBetween(0.0, 3.0);
    assertThat(fitted.squaredDistance(new double[] {0.5, -0.5, 5}, 0, new double[3]))
        .isGreaterThan(1000);
    assertThat(fitted.squaredDistance(new double[] {0.5, 0.5, 6}, 0, new double[3]))
        .isGreaterThan(1000);
    assertThat(fitted.squaredDistance(new double[] {1e30, -1e30, 1e30}, 0, new double[3]))
        .isGreaterThan(1e50);
    for (int rows = 1; rows <= 5; rows++) {
      assertThat(
              new RobustCovariance(x, rows, 3, 7)
                  .squaredDistance(new double[] {9, -9, 5}, 0, new double[3]))
          .isFinite()
          .isPositive();
    }
  }
}
