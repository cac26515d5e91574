package io.otflow.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.evaluate.ScoredRows;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikelihoodHistogramTest {

  private static double[] values(int rows) {
    double[] values = new double[rows];
    Arrays.setAll(values, i -> -i);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "1, 10", "100, 10", "1000, 20", "27000, 60", "1000000, 120"})
  void binsGrowWithTheCubeRootOfTheRows(int rows, int bins) {
    LikelihoodHistogram histogram =
        LikelihoodHistogram.of(new ScoredRows(values(rows), Optional.empty()));
    assertThat(histogram.ordinary()).hasSize(bins);
    assertThat(histogram.edges()).hasSize(bins + 1);
    assertThat(histogram.anomalies()).isEmpty();
    double shown = Arrays.stream(histogram.ordinary()).sum();
    assertThat(shown).isCloseTo(rows == 0 ? 0 : 1, within(1e-9));
    assertThat(histogram.below()).isZero();
  }

  @Test
  void theFirstBinHoldsWhatLiesFarToTheLeft() {
    double[] values = values(1000);
    boolean[] labels = new boolean[1000];
    labels[10] = true;
    labels[999] = true;
    // Quartiles −749 and −249: the bins begin at −749 − 6·500.
    values[500] = Double.NEGATIVE_INFINITY;
    values[501] = -1e9;
    values[999] = -3800;
    LikelihoodHistogram histogram =
        LikelihoodHistogram.of(new ScoredRows(values, Optional.of(labels)));
    assertThat(histogram.edges()[0]).isCloseTo(-749 - 6 * 500, within(30.0));
    assertThat(histogram.edges()[20]).isCloseTo(0, within(1e-9));
    assertThat(histogram.below()).isEqualTo(3);
    assertThat(histogram.anomalies()[0]).isEqualTo(0.5);
    assertThat(histogram.ordinary()[0]).isCloseTo(2 / 998.0, within(1e-12));
    assertThat(Arrays.stream(histogram.anomalies()).sum()).isEqualTo(1);
    assertThat(Arrays.stream(histogram.ordinary()).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void equalRowsFillOneBin() {
    double[] values = new double[100];
    Arrays.fill(values, -7);
    LikelihoodHistogram histogram =
        LikelihoodHistogram.of(new ScoredRows(values, Optional.empty()));
    assertThat(histogram.ordinary()[0]).isEqualTo(1);
    assertThat(histogram.edges()[0]).isEqualTo(-7);
  }
}
