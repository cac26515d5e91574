package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The Kolmogorov-Smirnov distance against values by hand, and its known size. */
class UniformityTest {

  @Test
  void valuesByHand() {
    assertThat(Uniformity.distance(new double[] {0.5})).isEqualTo(0.5);
    assertThat(Uniformity.distance(new double[] {0.9, 0.1})).isCloseTo(0.4, within(1e-15));
    assertThat(Uniformity.distance(new double[] {1, 1, 1})).isEqualTo(1);
    assertThat(Uniformity.distance(new double[] {0.25, 0.5, 0.75, 1})).isEqualTo(0.25);
    assertThat(Uniformity.distance(new double[] {0.1, Double.NaN})).isNaN();
    assertThat(Uniformity.distance(new double[0])).isNaN();
  }

  @Test
  void ofUniformValuesItFallsWithTheRootOfTheirNumber() {
    SplittableRandom random = new SplittableRandom(5);
    for (int n : new int[] {100, 10_000}) {
      double mean = 0;
      for (int run = 0; run < 200; run++) {
        mean += Uniformity.distance(random.doubles(n).toArray()) / 200;
      }
      assertThat(mean * Math.sqrt(n)).isCloseTo(0.8687, within(0.06));
    }
  }
}
