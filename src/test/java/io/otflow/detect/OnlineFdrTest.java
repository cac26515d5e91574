package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnlineFdrTest {

  private static final double RATE = 0.05;

  static List<Supplier<OnlineFdr>> kinds() {
    return List.of(
        () -> new LordMemory(RATE), () -> new LordMemory(RATE, 1000), () -> new ELond(RATE));
  }

  /** P-values of a stream in which a share of events is improbable, some of them 0. */
  private static double pValue(Random random, double share) {
    if (random.nextDouble() >= share) {
      return random.nextDouble();
    }
    double u = random.nextDouble();
    return u < 0.1 ? 0 : Math.pow(10, -14 * u);
  }

  @Test
  void levelsAreThoseOfTheDefinition() {
    for (long memory : new long[] {1000, 50_000, 1_000_000}) {
      Random random = new Random(memory);
      LordMemory fdr = new LordMemory(RATE, memory);
      double delta = 1 - 1.0 / memory;
      List<Integer> rejections = new ArrayList<>();
      for (int t = 1; t <= 5000; t++) {
        double sum = 0.1 * Math.max(gamma(t, memory), 1 - delta);
        for (int r : rejections) {
          sum += Math.pow(delta, t - r) * gamma(t - r, memory);
        }
        double expected = RATE / 1.1 * sum;
        assertThat(fdr.level()).isCloseTo(expected, within(1e-12 * expected));
        if (fdr.rejects(pValue(random, 0.02))) {
          rejections.add(t);
        }
      }
      assertThat(rejections).hasSizeGreaterThan(20);
      assertThat(fdr.rejections()).isEqualTo(rejections.size());
      assertThat(fdr.tests()).isEqualTo(5000);
    }
  }

  private static double gamma(int k, long memory) {
    double sum = 0;
    int sequences = 0;
    for (long lag = 10; lag <= memory / 10; lag *= 10) {
      sequences++;
      sum += Math.pow(1 - 1.0 / lag, k - 1) / lag;
    }
    return sum / sequences;
  }

  @Test
  void gammaSumsToOne() {
    double sum = 0;
    for (int k = 1; k <= 40_000; k++) {
      sum += gamma(k, 10_000);
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    double telescope = 0;
    for (int t = 1; t <= 1_000_000; t++) {
      telescope += ELond.gamma(t);
    }
    // What is left of the sum is ln c/ln(t + c).
    double left = Math.log(1000) / Math.log(1_001_000);
    assertThat(telescope + left).isCloseTo(1, within(1e-12));
  }

  @Test
  void decayedLevelsKeepToTheBudget() {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      long memory = new long[] {100, 1000, 30_000, 1_000_000}[seed % 4];
      double share = new double[] {0, 0.01, 1}[seed % 3];
      LordMemory fdr = new LordMemory(RATE, memory);
      double levels = 0;
      double rejections = 0;
      double delta = 1 - 1.0 / memory;
      for (int t = 0; t < 100_000; t++) {
        levels = delta * levels + fdr.level();
        rejections = delta * rejections + (fdr.rejects(pValue(random, share)) ? 1 : 0);
        assertThat(levels <= RATE * Math.max(rejections, 1) * (1 + 1e-9)).isTrue();
      }
    }
  }

  @Test
  void eLondRejectsWhatItsEValuesReject() {
    Random random = new Random(4);
    ELond fdr = new ELond(RATE);
    for (int t = 1; t <= 20_000; t++) {
      double p = pValue(random, 0.05);
      double e = 0.05 * Math.pow(p, -0.95);
      boolean expected = e >= 1 / (RATE * ELond.gamma(t) * (fdr.rejections() + 1));
      assertThat(fdr.rejects(p)).isEqualTo(expected);
    }
    assertThat(fdr.rejections()).isBetween(100L, 1000L);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aLevelIsRejectedAndWhatIsAboveItIsNot(Supplier<OnlineFdr> kind) {
    OnlineFdr fdr = kind.get();
    for (int t = 0; t < 1000; t++) {
      assertThat(fdr.level()).isBetween(Double.MIN_VALUE, RATE);
      assertThat(fdr.rejects(Math.nextUp(fdr.level()))).isFalse();
      assertThat(fdr.rejects(t % 2 == 0 ? fdr.level() : 0)).isTrue();
    }
    assertThat(fdr.rejections()).isEqualTo(1000);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSameFlagsAfterARestore(Supplier<OnlineFdr> kind) {
    Random random = new Random(7);
    OnlineFdr one = kind.get();
    for (int round = 0; round < 200; round++) {
      OnlineFdr other = kind.get();
      other.restore(one.state());
      assertThat(other.tests()).isEqualTo(one.tests());
      assertThat(other.state()).isEqualTo(one.state());
      for (int t = 0; t < 100; t++) {
        assertThat(other.level()).isEqualTo(one.level());
        double p = pValue(random, 0.02);
        assertThat(other.rejects(p)).isEqualTo(one.rejects(p));
      }
    }
    assertThat(one.rejections()).isGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void nanIsRefusedAndDoesNotCount(Supplier<OnlineFdr> kind) {
    OnlineFdr fdr = kind.get();
    double level = fdr.level();
    assertThatThrownBy(() -> fdr.rejects(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("p-value is NaN");
    assertThat(fdr.tests()).isZero();
    assertThat(fdr.level()).isEqualTo(level);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aSpoiltStateIsRefusedAndChangesNothing(Supplier<OnlineFdr> kind) {
    OnlineFdr fdr = kind.get();
    fdr.rejects(0);
    double[] good = fdr.state();
    for (int i = 0; i < good.length; i++) {
      for (double bad : new double[] {Double.NaN, -1, 1e300}) {
        double[] state = good.clone();
        state[i] = bad;
        assertThatThrownBy(() -> fdr.restore(state))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(String.valueOf(bad))
            .hasMessageContaining("expected");
        assertThat(fdr.state()).isEqualTo(good);
      }
    }
    assertThatThrownBy(() -> fdr.restore(new double[1])).hasMessageContaining("has length 1");
  }

  @Test
  void settingsOutOfBoundsAreRefused() {
    for (double rate : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatThrownBy(() -> new LordMemory(rate)).hasMessageContaining("rate is " + rate);
      assertThatThrownBy(() -> new ELond(rate)).hasMessageContaining("in (0, 1)");
    }
    assertThatThrownBy(() -> new LordMemory(RATE, 99))
        .hasMessage("memory is 99 events, expected a number in [100, 1000000000000]");
    double[] shorter = new LordMemory(RATE, 1_000_001).state();
    assertThatThrownBy(() -> new LordMemory(RATE).restore(shorter))
        .hasMessageContaining("memory 1000001.0, expected 1000000.0");
    assertThatThrownBy(() -> new ELond(RATE).restore(new double[] {1, 0, 0}))
        .hasMessage("state of ELond has format 1.0, expected 2.0");
  }

  /** Ten streams of 200,000 events: false flags among flags, and anomalies found. */
  @ParameterizedTest
  @MethodSource("kinds")
  void falseFlagsStayWithinTheRate(Supplier<OnlineFdr> kind) {
    boolean shortMemory = kind.get().state()[1] == 1000;
    for (double share : new double[] {0, 0.01}) {
      double falseShare = 0;
      double found = 0;
      int streams = 10;
      for (int seed = 0; seed < streams; seed++) {
        Random random = new Random(seed);
        OnlineFdr fdr = kind.get();
        int wrong = 0;
        int right = 0;
        int anomalies = 0;
        for (int t = 0; t < 200_000; t++) {
          boolean anomaly = random.nextDouble() < share;
          anomalies += anomaly ? 1 : 0;
          double u = random.nextDouble();
          boolean flag = fdr.rejects(anomaly ? Math.pow(10, -1 - 9 * u) : u);
          wrong += flag && !anomaly ? 1 : 0;
          right += flag && anomaly ? 1 : 0;
        }
        falseShare += wrong / Math.max(1.0, wrong + right) / streams;
        found += right / Math.max(1.0, anomalies) / streams;
      }
      if (shortMemory && share == 0) {
        // α w0/1.1 a memory, 200 memories: 0.9 false flags a stream, as the class comment warns.
        assertThat(falseShare).isBetween(0.2, 0.9);
      } else {
        assertThat(falseShare).isLessThanOrEqualTo(RATE + 0.01);
      }
      if (share > 0) {
        boolean eLond = fdrIsELond(kind);
        // p = 10^-(1 + 9u): a level of 4e-4 takes 73 %, one of 4e-7 takes 40 %.
        assertThat(found).isBetween(eLond ? 0.3 : 0.6, eLond ? 0.45 : 0.78);
      }
    }
  }

  private static boolean fdrIsELond(Supplier<OnlineFdr> kind) {
    return kind.get() instanceof ELond;
  }
}
