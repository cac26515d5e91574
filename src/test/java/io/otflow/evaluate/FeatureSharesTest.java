package io.otflow.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeatureSharesTest {

  @Test
  void eachRowCountsForItsGreatestGain() {
    FeatureShares shares =
        FeatureShares.of(
            List.of(
                new double[] {0, 3, 1},
                new double[] {0, 3, Double.POSITIVE_INFINITY},
                new double[] {0, 2, 1},
                new double[] {0, 0, 0}),
            3);
    assertThat(shares.examined()).isEqualTo(4);
    assertThat(shares.share()).containsExactly(0, 0.5, 0.25);
    assertThat(FeatureShares.of(List.of(), 2).share()).containsExactly(0, 0);
  }

  @Test
  void ofManyRowsSomeAreChosenEvenly() {
    assertThat(FeatureShares.chosen(new int[] {4, 7})).containsExactly(4, 7);
    int[] chosen = FeatureShares.chosen(IntStream.range(0, 5000).toArray());
    assertThat(chosen).hasSize(FeatureShares.MOST).startsWith(0, 10, 20).endsWith(4980, 4990);
  }
}
