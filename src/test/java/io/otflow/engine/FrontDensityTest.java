package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.MonotoneSpline;
import io.otflow.model.Whitening;
import io.otflow.testing.RandomModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The density of a model in the user's units is one, whatever its front. */
class FrontDensityTest {

  private static final MonotoneSpline MAP =
      new MonotoneSpline(
          new double[] {-1.5, -0.5, 0.6, 1.4},
          new double[] {-1.2, -0.6, 0.7, 1.2},
          new double[] {0.9, 0.7, 1.1, 0.8},
          0,
          0.15);

  private static double[] density(ModelSnapshot model, double[] x, int rows) {
    double[] p = new double[rows];
    try (LikelihoodEngine engine = new ReferenceEngine(Integration.rk4(4))) {
      engine.load(model);
      engine.score(x, rows, p, null);
    }
    for (int i = 0; i < rows; i++) {
      p[i] = Math.exp(p[i]);
    }
    return p;
  }

  private static ModelSnapshot model(
      int d, FeatureScaling scaling, Optional<MonotoneSpline> last, Whitening whitening) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(d, 4, 2), 20260712);
    Front front =
        new Front(
            scaling,
            d == 1 ? List.of(last) : List.of(Optional.empty(), last),
            Optional.of(whitening));
    return RandomModels.behind(model, front);
  }

  @Test
  void ofOneFeatureIntegratesToOne() {
    ModelSnapshot model =
        model(
            1,
            new FeatureScaling(new double[] {3}, new double[] {2}),
            Optional.of(MAP),
            new Whitening(new double[] {0.2}, new double[] {1.3}));
    int rows = 40_001;
    double step = 0.01;
    double[] x = new double[rows];
    for (int i = 0; i < rows; i++) {
      x[i] = (i - rows / 2) * step;
    }
    double[] p = density(model, x, rows);
    double sum = 0;
    for (double value : p) {
      sum += value * step;
    }
    assertThat(p[0]).isLessThan(1e-9);
    assertThat(p[rows - 1]).isLessThan(1e-9);
    assertThat(sum).isCloseTo(1, within(1e-3));
  }

  @Test
  void ofTwoFeaturesIntegratesToOne() {
    ModelSnapshot model =
        model(
            2,
            new FeatureScaling(new double[] {0.5, -0.5}, new double[] {0.8, 1.2}),
            Optional.of(MAP),
            new Whitening(new double[] {0.1, -0.2}, new double[] {1.1, 0.4, 0.9}));
    int side = 401;
    double step = 0.1;
    double[] x = new double[2 * side * side];
    for (int i = 0, p = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        // The second feature's upper tail is long.
        x[p++] = (i - 200) * step / 2;
        x[p++] = (j - 100) * step;
      }
    }
    double sum = 0;
    for (double value : density(model, x, side * side)) {
      sum += value * step * step / 2;
    }
    assertThat(sum).isCloseTo(1, within(1e-3));
  }
}
