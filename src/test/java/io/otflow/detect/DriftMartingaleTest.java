package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class DriftMartingaleTest {

  private static final int D = 8;
  private static final int HEADER = 4;

  @Test
  void tiltsAreDensitiesWithTheirMoments() {
    for (double lambda : new double[] {0.0625, 0.5, 1, 8}) {
      Tilt tilt = new Tilt(lambda);
      double mass = 0;
      double square = 0;
      double information = 0;
      int cells = 100_000;
      for (int i = 0; i < cells; i++) {
        double g = tilt.atZero() * Math.exp(-lambda * (i + 0.5) / cells);
        mass += g / cells;
        square += g * g / cells;
        information += g * Math.log(g) / cells;
      }
      // Midpoint rule: error of order λ²/cells², and rounding of 10^5 terms.
      assertThat(mass).isCloseTo(1, within(1e-8));
      assertThat(tilt.variance()).isCloseTo(square - mass * mass, within(1e-7));
      assertThat(tilt.information()).isCloseTo(information, within(1e-7));
    }
  }

  /** The first event's R is the bet itself: its mean over uniform u is 1/(1 + ε), ε above 0. */
  @Test
  void eachBetCostsItsMargin() {
    for (long rows : new long[] {1000, 50_000}) {
      DriftMartingale fresh = new DriftMartingale(rows, 0, 1e7);
      double[] start = fresh.state();
      int bets = start.length - HEADER;
      double[] mean = new double[bets];
      double[] square = new double[bets];
      int cells = 20_000;
      for (int i = 0; i < cells; i++) {
        fresh.restore(start);
        assertThat(fresh.add(0.05 + 0.95 * (i + 0.5) / cells)).isFalse();
        double[] state = fresh.state();
        for (int j = 0; j < bets; j++) {
          assertThat(state[HEADER + j]).isPositive();
          mean[j] += state[HEADER + j] / cells;
          square[j] += state[HEADER + j] * state[HEADER + j] / cells;
        }
      }
      for (int j = 0; j < bets; j++) {
        double variance = square[j] / (mean[j] * mean[j]) - 1;
        double margin = 3 * Math.sqrt(variance / (0.95 * rows));
        assertThat(1 / mean[j]).isCloseTo(1 + margin, within(1e-5));
      }
      assertThat(bets).isEqualTo(rows == 1000 ? 4 * 4 : 7 * 4);
    }
  }

  @Test
  void theStatisticIsTheRecursion() {
    DriftMartingale martingale = new DriftMartingale(10_000);
    double[] expected = new double[martingale.state().length - HEADER];
    Random random = new Random(3);
    assertThat(martingale.logStatistic()).isEqualTo(Double.NEGATIVE_INFINITY);
    for (int t = 0; t < 5000; t++) {
      double p = random.nextDouble();
      DriftMartingale alone = new DriftMartingale(10_000);
      assertThat(alone.add(p)).isFalse();
      double[] bets = alone.state();
      assertThat(martingale.add(p)).isFalse();
      double sum = 0;
      for (int j = 0; j < expected.length; j++) {
        if (p > 0.05) {
          expected[j] = (1 + expected[j]) * bets[HEADER + j];
        }
        sum += expected[j] / expected.length;
      }
      assertThat(martingale.logStatistic()).isCloseTo(Math.log(sum), within(1e-9));
    }
  }

  @Test
  void theSameCallsAfterARestore() {
    Random random = new Random(9);
    DriftMartingale one = new DriftMartingale(50_000);
    int calls = 0;
    for (int round = 0; round < 100; round++) {
      DriftMartingale other = new DriftMartingale(50_000);
      other.restore(one.state());
      for (int t = 0; t < 100; t++) {
        double p = Math.pow(random.nextDouble(), 1.5);
        boolean called = one.add(p);
        calls += called ? 1 : 0;
        assertThat(other.add(p)).isEqualTo(called);
        assertThat(other.logStatistic()).isEqualTo(one.logStatistic());
      }
    }
    assertThat(calls).isGreaterThan(3);
  }

  @Test
  void whatIsOutOfBoundsIsRefused() {
    DriftMartingale martingale = new DriftMartingale(1000);
    martingale.add(0.5);
    double[] good = martingale.state();
    assertThatThrownBy(() -> martingale.add(Double.NaN)).hasMessageContaining("p-value is NaN");
    for (int i = 0; i < good.length; i++) {
      for (double bad : new double[] {Double.NaN, -1, 1e300}) {
        double[] state = good.clone();
        state[i] = bad;
        assertThatThrownBy(() -> martingale.restore(state))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(String.valueOf(bad));
      }
    }
    assertThat(martingale.state()).isEqualTo(good);
    assertThatThrownBy(() -> new DriftMartingale(99))
        .hasMessage("calibration has 99 rows, expected at least 100");
    assertThatThrownBy(() -> new DriftMartingale(100, 0.06, 1e7)).hasMessageContaining("0.06");
    assertThatThrownBy(() -> new DriftMartingale(100, 0, 10)).hasMessageContaining("10.0");
    // The worst that is allowed still has a bet.
    assertThat(new DriftMartingale(100, 0.05, 1e7).state()).hasSizeGreaterThan(HEADER);
    // Of any number of rows there are no more than eight values of λ.
    assertThat(new DriftMartingale(Long.MAX_VALUE, 0, 1e7).state()).hasSize(HEADER + 4 * 8);
  }

  @Test
  void improbableEventsInARowAreACall() {
    DriftMartingale martingale = new DriftMartingale(1000);
    for (int t = 1; t < 140; t++) {
      assertThat(martingale.add(0)).isFalse();
    }
    assertThat(martingale.add(0)).isTrue();
    for (int t = 1; t < 140; t++) {
      assertThat(martingale.add(0.05)).isFalse();
    }
    assertThat(martingale.add(0.5)).isFalse();
    assertThat(martingale.add(0)).isFalse();
  }

  @Test
  void silentOnWhatItWasCalibratedOn() {
    for (int rows : new int[] {1000, 50_000}) {
      int calls = 0;
      for (int seed = 0; seed < 4; seed++) {
        Random random = new Random(seed);
        double[] calibration = calibration(random, rows);
        DriftMartingale martingale = new DriftMartingale(rows, 0, 1e7);
        for (int t = 0; t < 200_000; t++) {
          calls += martingale.add(pValue(calibration, random.nextGaussian())) ? 1 : 0;
        }
      }
      assertThat(calls).isZero();
    }
  }

  @Test
  void callsEachKindOfDrift() {
    // A mean moves by 1; a spread grows; a feature hangs; all features hang.
    assertThat(delay(x -> score(x, 1, 1))).isBetween(300, 3000);
    assertThat(delay(x -> score(x, 0, 1.5))).isBetween(300, 4000);
    assertThat(delay(x -> score(x, 0, 0))).isBetween(100, 2000);
    assertThat(delay(x -> 7.344)).isBetween(5, 50);
    // A mean moves by 10: no event is ordinary any more.
    assertThat(delay(x -> score(x, 10, 1))).isEqualTo(140);
  }

  @Test
  void aBurstOfAnomaliesIsNoDrift() {
    Random random = new Random(6);
    double[] calibration = scores(random, 50_000);
    DriftMartingale martingale = new DriftMartingale(50_000, 0, 1e7);
    for (int t = 0; t < 20_000; t++) {
      boolean anomaly = t >= 10_000 && random.nextDouble() < 0.05;
      double distance = 4 + (t % 2 == 0 ? 2 * random.nextDouble() : 100);
      double score = anomaly ? distance * distance : score(gaussians(random), 0, 1);
      assertThat(martingale.add(pValue(calibration, -score))).isFalse();
    }
  }

  /** Events from a drift to its call, the drift being another score of standard normal rows. */
  private static int delay(ToDoubleFunction<double[]> drifted) {
    Random random = new Random(11);
    double[] calibration = scores(random, 50_000);
    DriftMartingale martingale = new DriftMartingale(50_000, 0, 1e7);
    for (int t = 0; t < 10_000; t++) {
      assertThat(martingale.add(pValue(calibration, -score(gaussians(random), 0, 1)))).isFalse();
    }
    int delay = 1;
    while (!martingale.add(pValue(calibration, -drifted.applyAsDouble(gaussians(random))))) {
      assertThat(++delay).isLessThan(100_000);
    }
    return delay;
  }

  private static double[] gaussians(Random random) {
    double[] x = new double[D];
    for (int k = 0; k < D; k++) {
      x[k] = random.nextGaussian();
    }
    return x;
  }

  /** Twice −log of the standard normal density, less a constant; the first feature may drift. */
  private static double score(double[] x, double shift, double scale) {
    double sum = Math.pow(shift + scale * x[0], 2);
    for (int k = 1; k < D; k++) {
      sum += x[k] * x[k];
    }
    return sum;
  }

  private static double[] scores(Random random, int rows) {
    double[] likelihood = new double[rows];
    Arrays.setAll(likelihood, i -> -score(gaussians(random), 0, 1));
    Arrays.sort(likelihood);
    return likelihood;
  }

  private static double[] calibration(Random random, int rows) {
    double[] likelihood = new double[rows];
    Arrays.setAll(likelihood, i -> random.nextGaussian());
    Arrays.sort(likelihood);
    return likelihood;
  }

  /** (k + 1)/(n + 1), k of the n rows being at most as likely; no two are equally likely. */
  private static double pValue(double[] sorted, double likelihood) {
    int place = Arrays.binarySearch(sorted, likelihood);
    return (place < 0 ? -place : place + 2) / (sorted.length + 1.0);
  }
}
