package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SentinelTest {

  private static double[] rows(int count, double first, double second, int every) {
    Random random = new Random(5);
    double[] x = new double[2 * count];
    for (int i = 0; i < count; i++) {
      x[2 * i] = i % every == 0 ? first : random.nextGaussian();
      x[2 * i + 1] = i % every == 0 ? second : 100 + random.nextGaussian();
    }
    return x;
  }

  @Test
  void aValueThatRepeatsFarOffIsFoundAtEitherEnd() {
    assertThat(Sentinel.of(List.of("a", "b"), rows(1000, -9999, 65535, 100), 1000))
        .containsExactly(new Sentinel("a", -9999, 10), new Sentinel("b", 65535, 10));
  }

  @Test
  void valuesAmongOthersAndRareOnesAndConstantsAreNone() {
    assertThat(Sentinel.of(List.of("a", "b"), rows(1000, 0, 100, 10), 1000)).isEmpty();
    assertThat(Sentinel.of(List.of("a", "b"), rows(1000, -9999, 65535, 600), 1000)).isEmpty();
    assertThat(Sentinel.of(List.of("a", "b"), rows(1000, 7, 7, 1), 1000)).isEmpty();
    assertThat(Sentinel.of(List.of("a"), new double[] {1}, 1)).isEmpty();
  }

  @Test
  void aFlagOrACodeHasNone() {
    Random random = new Random(7);
    double[] x = new double[3 * 1000];
    for (int i = 0; i < 1000; i++) {
      x[3 * i] = i % 10 == 0 ? 1 : 0;
      x[3 * i + 1] = i % 50 == 0 ? 40 : random.nextInt(5);
      x[3 * i + 2] = i % 50 == 0 ? -9999 : random.nextInt(500);
    }
    assertThat(Sentinel.of(List.of("flag", "code", "count"), x, 1000))
        .containsExactly(new Sentinel("count", -9999, 20));
  }
}
