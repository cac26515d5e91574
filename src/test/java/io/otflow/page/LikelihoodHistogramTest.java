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
    assertThat(shown * Math.max(1, rows) + histogram.below()).isCloseTo(rows, within(1e-6));
    assertThat(histogram.below()).isEqualTo((int) (0.005 * rows));
  }

  @Test
  void eachKindSumsToOneAndRowsOfDensityZeroLieBelow() {
    double[] values = values(1000);
    boolean[] labels = new boolean[1000];
    labels[10] = true;
    labels[999] = true;
    values[500] = Double.NEGATIVE_INFINITY;
    LikelihoodHistogram histogram =
        LikelihoodHistogram.of(new ScoredRows(values, Optional.of(labels)));
    assertThat(histogram.below()).isEqualTo(5);
    assertThat(Arrays.stream(histogram.anomalies()).sum()).isEqualTo(0.5);
    assertThat(Arrays.stream(histogram.ordinary()).sum()).isCloseTo(994 / 998.0, within(1e-12));
  }
}
