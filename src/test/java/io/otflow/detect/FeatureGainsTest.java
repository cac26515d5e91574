package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.engine.Integration;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.testing.RandomModels;
import org.junit.jupiter.api.Test;

class FeatureGainsTest {

  private static double[] gains(ModelSnapshot model, double... x) {
    try (ReferenceEngine engine = new ReferenceEngine(Integration.rk4(4))) {
      engine.load(model);
      return new FeatureGains(engine, model).of(x);
    }
  }

  /** Under a normal density a feature z deviations off would gain z²/2 at the mean. */
  @Test
  void ofANormalDensityTheyAreHalfTheSquares() {
    Architecture a = Architecture.of(3, 4, 2);
    ModelSnapshot normal =
        RandomModels.snapshot(
            new Parameters(a, new float[a.layout().size()]),
            new FeatureScaling(new double[] {5, 0, -2}, new double[] {2, 1, 0.1}),
            4);
    double[] x = {5 + 2 * 3, 0, -2 - 0.1 * 10};
    double[] before = x.clone();
    double[] gains = gains(normal, x);
    assertThat(gains[0]).isCloseTo(4.5, within(1e-6));
    assertThat(gains[1]).isCloseTo(0, within(1e-6));
    assertThat(gains[2]).isCloseTo(50, within(1e-6));
    assertThat(x).containsExactly(before);
  }

  /** What is left after the best change is at least as likely as the event. */
  @Test
  void theyAreReachedByAChangeOfTheFeatureAlone() {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(4, 16, 3), 9);
    double[] x = {1.5, -2, 0.25, 3};
    double[] gains = gains(model, x);
    try (ReferenceEngine engine = new ReferenceEngine(Integration.rk4(4))) {
      engine.load(model);
      double[] own = new double[1];
      engine.score(x, 1, own, null);
      double[] changed = new double[1];
      for (int k = 0; k < x.length; k++) {
        double best = Double.NEGATIVE_INFINITY;
        for (double v = -4; v <= 4; v += 1.0 / 6) {
          double[] other = x.clone();
          other[k] = v;
          engine.score(other, 1, changed, null);
          best = Math.max(best, changed[0]);
        }
        assertThat(gains[k]).isCloseTo(Math.max(0, best - own[0]), within(1e-9));
      }
    }
  }
}
