package io.otflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.testing.RandomModels;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final int D = 3;
  private static final int ROWS = 20_000;

  /** Without weights the density is standard normal behind the front. */
  @Test
  void samplesThatTheFrontMapsAreStandardNormal() {
    Architecture a = Architecture.of(D, 4, 2);
    ModelSnapshot model =
        RandomModels.withFront(
            RandomModels.snapshot(
                new Parameters(a, new float[a.layout().size()]), FeatureScaling.identity(D), 1),
            7);
    assertThat(model.front().scalesOnly()).isFalse();
    Sampler sampler = new Sampler(model, 1, 20260711);
    double[] row = new double[D];
    double[] mean = new double[D];
    double[][] moments = new double[D][D];
    double[] fourth = new double[D];
    double moved = 0;
    for (int i = 0; i < ROWS; i++) {
      sampler.next(row);
      moved += row[0] / ROWS;
      double unused = model.front().apply(row, 0, row, 0);
      for (int j = 0; j < D; j++) {
        mean[j] += row[j] / ROWS;
        fourth[j] += Math.pow(row[j], 4) / ROWS;
        for (int k = 0; k < D; k++) {
          moments[j][k] += row[j] * row[k] / ROWS;
        }
      }
    }
    assertThat(moved).isCloseTo(model.front().scaling().mean()[0], within(0.1));
    assertThat(Math.abs(moved)).isGreaterThan(0.1);
    // Five standard errors.
    for (int j = 0; j < D; j++) {
      assertThat(mean[j]).isCloseTo(0, within(5 / Math.sqrt(ROWS)));
      assertThat(fourth[j]).isCloseTo(3, within(5 * Math.sqrt(96.0 / ROWS)));
      for (int k = 0; k < D; k++) {
        assertThat(moments[j][k])
            .isCloseTo(j == k ? 1 : 0, within(5 * Math.sqrt((j == k ? 2.0 : 1.0) / ROWS)));
      }
    }
  }
}
