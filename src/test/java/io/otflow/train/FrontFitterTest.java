package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.math.RobustCovariance;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrontFitterTest {

  private static final int D = 3;

  /** The first is log-normal, the second follows its logarithm, the third is a count. */
  private static double[] rows(int n, long seed) {
    Random random = new Random(seed);
    double[] x = new double[n * D];
    for (int i = 0; i < n; i++) {
      double z = random.nextGaussian();
      x[i * D] = 100 + 10 * Math.exp(z);
      x[i * D + 1] = 0.8 * z + 0.6 * random.nextGaussian();
      x[i * D + 2] = Math.round(5 + 2 * random.nextGaussian());
    }
    return x;
  }

  private static FrontFitter fitter(double[] x, double trim, Optional<FeatureScaling> parent) {
    int n = x.length / D;
    Standardization standard = Standardization.of(x, n, D, 0, trim, parent);
    double[] scaled = new double[x.length];
    standard.scaling().apply(x, n, scaled);
    return new FrontFitter(standard, scaled, n, trim, 7);
  }

  /** Rows behind a front, as the flow sees them. */
  private static double[] behind(Front front, double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i += D) {
      assertThat(front.apply(x, i, y, i)).isFinite();
    }
    return y;
  }

  @Test
  void behindItRowsAreAboutStandardNormal() {
    Front front = fitter(rows(4000, 1), 0.1, Optional.empty()).first();
    assertThat(front.maps().get(0)).isPresent();
    double[] fresh = behind(front, rows(20_000, 2));
    RobustCovariance measured = new RobustCovariance(fresh, 20_000, D, 1);
    assertThat(measured.mean()).containsExactly(new double[D], within(0.1));
    double[] covariance = measured.covariance();
    for (int j = 0; j < D; j++) {
      for (int k = 0; k < D; k++) {
        assertThat(covariance[j * D + k]).isCloseTo(j == k ? 1 : 0, within(0.15));
      }
    }
  }

  @Test
  void gaussianRowsAreOnlyWhitened() {
    Random random = new Random(3);
    double[] x = new double[3000 * D];
    for (int i = 0; i < x.length; i += D) {
      x[i] = random.nextGaussian();
      x[i + 1] = x[i] + 0.1 * random.nextGaussian();
      x[i + 2] = random.nextGaussian();
    }
    Front front = fitter(x, 0.1, Optional.empty()).first();
    assertThat(front.maps()).containsOnly(Optional.empty());
    double[] odd = behind(front, new double[] {1, -1, 0});
    assertThat(Math.abs(odd[1])).as("no two such values go together").isGreaterThan(15);
  }

  @Test
  void aTenthOfFarRowsMovesItLittle() {
    double[] x = rows(4000, 4);
    Front clean = fitter(x, 0.1, Optional.empty()).first();
    for (int i = 0; i < x.length; i += 10 * D) {
      x[i] = 400 + i % 7;
      x[i + 1] = -9;
      x[i + 2] = 30;
    }
    Front front = fitter(x, 0.1, Optional.empty()).first();
    double[] fresh = rows(2000, 5);
    double[] before = behind(clean, fresh);
    double[] after = behind(front, fresh);
    double[] moved =
        IntStream.range(0, after.length)
            .mapToDouble(p -> Math.abs(after[p] - before[p]))
            .sorted()
            .toArray();
    assertThat(moved[moved.length / 2]).as("median").isLessThan(0.1);
    // The ordinary tail of the clean rows is left out in part, and of these is not.
    assertThat(moved[9 * moved.length / 10]).as("90th percentile").isLessThan(0.6);
    double[] anomaly = behind(front, new double[] {403, -9, 30});
    double square = 0;
    for (double value : anomaly) {
      square += value * value;
    }
    assertThat(square).isGreaterThan(60);
  }

  @Test
  void aLaterFrontIsOfTheSameKind() {
    double[] x = rows(4000, 6);
    Front first = fitter(x, 0.1, Optional.empty()).first();
    double[] shifted = rows(500, 7);
    for (int i = 0; i < shifted.length; i += D) {
      shifted[i] += 50;
    }
    Front second = fitter(shifted, 0.1, Optional.of(first.scaling())).like(first);
    for (int k = 0; k < D; k++) {
      assertThat(second.maps().get(k).isPresent()).isEqualTo(first.maps().get(k).isPresent());
    }
    double[] old = behind(first, new double[] {110, 0, 5});
    double[] now = behind(second, new double[] {160, 0, 5});
    assertThat(now).containsExactly(old, within(0.4));
    Front scales = Front.of(first.scaling());
    assertThat(fitter(x, 0.1, Optional.of(first.scaling())).like(scales).scalesOnly()).isTrue();
  }

  @Test
  void aFeatureThatStandsStillIsNotForgotten() {
    double[] x = rows(4000, 8);
    Front first = fitter(x, 0.1, Optional.empty()).first();
    double[] halted = rows(1000, 9);
    for (int i = 0; i < halted.length; i += D) {
      halted[i] = 110;
    }
    Front second = fitter(halted, 0.1, Optional.of(first.scaling())).like(first);
    double[] low = behind(second, new double[] {104, 0, 5});
    double[] high = behind(second, new double[] {130, 0, 5});
    assertThat(high[0] - low[0]).as("between two ordinary values").isBetween(0.5, 4.0);
  }

  @Test
  void constantAndCopiedFeaturesAndFewRowsDoNotBreakIt() {
    double[] x = rows(60, 10);
    for (int i = 0; i < x.length; i += D) {
      x[i + 1] = 2 * x[i];
      x[i + 2] = 7;
    }
    Front front = fitter(x, 0.1, Optional.empty()).first();
    assertThat(behind(front, x)).doesNotContain(Double.NaN);
    double[] back = behind(front, new double[] {110, 220, 7});
    front.invert(back);
    assertThat(back).containsExactly(new double[] {110, 220, 7}, within(1e-6));
  }

  @Test
  void hundredsOfFeaturesAreOnlyScaled() {
    int d = 257;
    double[] x = new Random(11).doubles(60L * d).toArray();
    Standardization standard = Standardization.of(x, 60, d, 0, 0.1, Optional.empty());
    assertThat(new FrontFitter(standard, x, 60, 0.1, 7).first().scalesOnly()).isTrue();
  }

  /** More features than rows: what cannot be told from so few is shrunk away. */
  @Test
  void moreFeaturesThanRowsDoNotBreakIt() {
    int d = 80;
    double[] x = new Random(12).doubles(60L * d).toArray();
    Standardization standard = Standardization.of(x, 60, d, 0, 0.1, Optional.empty());
    double[] scaled = new double[x.length];
    standard.scaling().apply(x, 60, scaled);
    Front front = new FrontFitter(standard, scaled, 60, 0.1, 7).first();
    double[] y = new double[d];
    assertThat(front.apply(new Random(13).doubles(d).toArray(), 0, y, 0)).isFinite();
    double square = 0;
    for (double value : y) {
      square += value * value;
    }
    assertThat(square).as("of a fresh row, 80 by right").isBetween(20.0, 2000.0);
  }
}
