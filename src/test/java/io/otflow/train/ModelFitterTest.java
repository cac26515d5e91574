package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Training on data whose density is known, and on data that makes trouble. */
class ModelFitterTest {

  private static TrainingConfig config(int iterations, double learningRate, int threads) {
    return new TrainingConfig(
        24,
        2,
        4,
        8,
        1,
        100,
        10,
        iterations,
        256,
        learningRate,
        50,
        0,
        0,
        0.1,
        0.2,
        25,
        100,
        Integer.MAX_VALUE,
        0.02,
        7,
        threads);
  }

  private static TrainingData data(double[] x, int d) {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < d; k++) {
      names.add("f" + k);
    }
    return new TrainingData(
        x, x.length / d, names, Origin.FIT, OptionalLong.empty(), OptionalLong.empty(), 99, 5, "t");
  }

  private static ModelSnapshot fit(TrainingConfig config, double[] x, int d)
      throws TrainingException {
    return new ModelFitter(config).fit(data(x, d), Optional.empty(), 1, TrainingListener.NONE);
  }

  private static double meanLogLikelihood(ModelSnapshot model, double[] x) {
    double[] out = new double[x.length / model.d()];
    try (LikelihoodEngine engine = Engines.create("simd", Integration.rk4(0))) {
      engine.load(model);
      engine.score(x, out.length, out, null);
    }
    return Arrays.stream(out).average().orElseThrow();
  }

  /**
   * Correlated: x₁ = 3 + 2a, x₂ = −1 + 0.5(0.8a + 0.6b); entropy 1 + log 2π + log(2 · 0.5 · 0.6).
   */
  private static double[] gaussian(int n, long seed) {
    Random random = new Random(seed);
    double[] x = new double[2 * n];
    for (int i = 0; i < n; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      x[2 * i] = 3 + 2 * a;
      x[2 * i + 1] = -1 + 0.5 * (0.8 * a + 0.6 * b);
    }
    return x;
  }

  @Test
  void reachesTheEntropyOfAGaussian() throws TrainingException {
    ModelSnapshot model = fit(config(300, 0.01, 2), gaussian(4000, 1), 2);
    double entropy = 1 + Math.log(2 * Math.PI) + Math.log(0.6);
    assertThat(-meanLogLikelihood(model, gaussian(10_000, 2))).isCloseTo(entropy, within(0.05));
    assertThat(model.provenance().heldOutLoss()).isCloseTo(entropy, within(0.15));
    assertThat(model.calibration().orElseThrow().rows()).isEqualTo(800);
    assertThat(model.provenance().rowsTrained()).isEqualTo(2800);
    assertThat(model.provenance().eventsSeen()).isEqualTo(99);
  }

  /** Two well separated components: the entropy is log 2 + that of one. */
  private static double[] mixture(int n, long seed) {
    Random random = new Random(seed);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = (random.nextBoolean() ? 4 : -4) + 0.5 * random.nextGaussian();
    }
    return x;
  }

  @Test
  void reachesTheEntropyOfAMixture() throws TrainingException {
    ModelSnapshot model = fit(config(500, 0.02, 2), mixture(4000, 1), 1);
    double entropy = Math.log(2) + 0.5 * (1 + Math.log(2 * Math.PI)) + Math.log(0.5);
    assertThat(-meanLogLikelihood(model, mixture(10_000, 2))).isCloseTo(entropy, within(0.06));
  }

  @Test
  void isReproducibleWhateverTheThreads() throws TrainingException {
    double[] x = gaussian(600, 3);
    ModelSnapshot one = fit(config(30, 0.01, 1), x, 2);
    assertThat(fit(config(30, 0.01, 2), x, 2)).isEqualTo(one);
    assertThat(fit(config(30, 0.01, 2), gaussian(600, 4), 2).parameters())
        .isNotEqualTo(one.parameters());
  }

  @Test
  void restingMakesNoDifferenceToAModelButTakesItsTime() throws TrainingException {
    TrainingData rows = data(gaussian(600, 3), 2);
    ModelFitter tireless = new ModelFitter(config(30, 0.01, 1));
    ModelSnapshot model = tireless.fit(rows, Optional.empty(), 1, TrainingListener.NONE);
    ModelFitter resting = new ModelFitter(config(30, 0.01, 1), new Pace(0.1));
    long start = System.nanoTime();
    assertThat(resting.fit(rows, Optional.empty(), 1, TrainingListener.NONE)).isEqualTo(model);
    long paced = System.nanoTime() - start;
    start = System.nanoTime();
    assertThat(tireless.fit(rows, Optional.empty(), 1, TrainingListener.NONE)).isEqualTo(model);
    assertThat(paced).isGreaterThan(2 * (System.nanoTime() - start));
  }

  @Test
  void anInterruptEndsTheLongestRest() {
    ModelFitter resting = new ModelFitter(config(1000, 0.01, 1), new Pace(1e-9));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> resting.fit(data(gaussian(600, 9), 2), Optional.empty(), 1, p -> true))
        .isInstanceOf(TrainingException.class)
        .hasMessage("training was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void fineTuningFollowsADriftFromWhereTheParentStands() throws TrainingException {
    ModelSnapshot parent = fit(config(200, 0.01, 2), gaussian(2000, 5), 2);
    double[] drifted = gaussian(2000, 6);
    for (int i = 0; i < drifted.length; i += 2) {
      drifted[i] = -drifted[i] + 10;
    }
    ModelSnapshot child =
        new ModelFitter(config(150, 0.01, 2))
            .fit(data(drifted, 2), Optional.of(parent), 2, TrainingListener.NONE);
    assertThat(child.provenance().parentVersion()).hasValue(1);
    assertThat(child.version()).isEqualTo(2);
    double entropy = 1 + Math.log(2 * Math.PI) + Math.log(0.6);
    assertThat(-meanLogLikelihood(child, drifted)).isCloseTo(entropy, within(0.1));
    assertThat(-meanLogLikelihood(parent, drifted)).isGreaterThan(entropy + 1);
  }

  @Test
  void constantAndRepeatedFeaturesStayFinite() throws TrainingException {
    Random random = new Random(8);
    double[] x = new double[4 * 1000];
    for (int i = 0; i < 1000; i++) {
      x[4 * i] = 7.5;
      x[4 * i + 1] = random.nextInt(3);
      x[4 * i + 2] = random.nextGaussian();
      x[4 * i + 3] = 0;
    }
    ModelSnapshot model = fit(config(150, 0.01, 2), x, 4);
    double usual = meanLogLikelihood(model, new double[] {7.5, 1, 0.3, 0});
    double moved = meanLogLikelihood(model, new double[] {7.6, 1, 0.3, 0});
    double between = meanLogLikelihood(model, new double[] {7.5, 8, 0.3, 0});
    assertThat(usual).isFinite();
    assertThat(moved).isLessThan(usual - 50);
    assertThat(between).isLessThan(usual - 5);
  }

  @Test
  void aRateFarTooHighIsHalvedUntilTrainingHolds() throws TrainingException {
    List<String> incidents = new ArrayList<>();
    TrainingConfig wild = config(60, 1e3, 2);
    ModelSnapshot model =
        new ModelFitter(wild)
            .fit(
                data(gaussian(600, 9), 2),
                Optional.empty(),
                1,
                progress -> {
                  if (!progress.incident().isEmpty()) {
                    incidents.add(progress.incident());
                  }
                  return true;
                });
    assertThat(incidents).isNotEmpty();
    assertThat(incidents.get(0)).contains("turned non-finite; undone, learning rate halved");
    assertThat(model.provenance().heldOutLoss()).isFinite();
  }

  @Test
  void trainingThatCannotRecoverEndsInAClearError() {
    assertThatThrownBy(() -> fit(config(60, 1e300, 2), gaussian(600, 9), 2))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("does not recover");
  }

  @Test
  void refusesFewRowsBadValuesAndAForeignParent() throws TrainingException {
    TrainingConfig config = config(10, 0.01, 1);
    assertThatThrownBy(() -> fit(config, gaussian(49, 1), 2))
        .hasMessage("training has 49 rows, expected at least 50");
    double[] bad = gaussian(60, 1);
    bad[33] = Double.NaN;
    assertThatThrownBy(() -> fit(config, bad, 2))
        .hasMessage("feature 'f1' of training row 16 is NaN");
    ModelSnapshot parent = fit(config, gaussian(60, 1), 2);
    assertThatThrownBy(
            () ->
                new ModelFitter(config)
                    .fit(data(mixture(100, 1), 1), Optional.of(parent), 2, TrainingListener.NONE))
        .hasMessageContaining("training has 1 features");
  }

  @Test
  void canBeCancelled() {
    assertThatThrownBy(
            () ->
                new ModelFitter(config(1000, 0.01, 1))
                    .fit(data(gaussian(600, 9), 2), Optional.empty(), 1, p -> p.iteration() < 3))
        .isInstanceOf(TrainingException.class)
        .hasMessage("training was cancelled at iteration 3");
  }
}
