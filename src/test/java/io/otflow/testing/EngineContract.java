package io.otflow.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What every engine promises. Each promise takes what makes the engine of a discretization. */
public final class EngineContract {

  private static final double CANARY = 12345.678;

  private EngineContract() {}

  /** Scores rows with a new engine; what lies behind them in the array must stay as it is. */
  public static double[] score(
      LikelihoodEngine likelihood, ModelSnapshot model, double[] x, int rows) {
    try (LikelihoodEngine engine = likelihood) {
      engine.load(model);
      double[] out = new double[rows + 2];
      Arrays.fill(out, CANARY);
      engine.score(x, rows, out, null);
      assertThat(out[rows]).as("canary").isEqualTo(CANARY);
      assertThat(out[rows + 1]).as("canary").isEqualTo(CANARY);
      return Arrays.copyOf(out, rows);
    }
  }

  public static void aRowDoesNotDependOnItsNeighbours(
      Function<Integration, LikelihoodEngine> engines) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(5, 33, 3), 3);
    for (Integration integration :
        List.of(Integration.rk4(4), Integration.quadrature(4, 6), Integration.adaptive(4, 1e-3))) {
      double[] x = RandomModels.rows(70, 5, 11);
      double[] together = score(engines.apply(integration), model, x, 70);
      for (int i : new int[] {0, 1, 31, 32, 63, 64, 69}) {
        double[] row = Arrays.copyOfRange(x, i * 5, i * 5 + 5);
        double[] alone = score(engines.apply(integration), model, row, 1);
        assertThat(alone[0]).isEqualTo(together[i]);
      }
    }
  }

  public static void zeroParametersGiveTheNormalDensityInTheUsersUnits(
      Function<Integration, LikelihoodEngine> engines) {
    Architecture a = Architecture.of(2, 4, 2);
    FeatureScaling scaling = new FeatureScaling(new double[] {1e6, -3}, new double[] {0.5, 4});
    ModelSnapshot model =
        RandomModels.snapshot(new Parameters(a, new float[a.layout().size()]), scaling, 4);
    double[] x = {1e6 + 0.25, 1, 1e6 - 1, -3};
    double[] actual = score(engines.apply(Integration.rk4(0)), model, x, 2);
    double constant = -Math.log(2 * Math.PI) - Math.log(0.5) - Math.log(4);
    assertThat(actual[0]).isCloseTo(constant - 0.5 * (0.25 + 1), within(1e-6));
    assertThat(actual[1]).isCloseTo(constant - 0.5 * 4, within(1e-6));
  }

  public static void aRowOutOfRangeIsImpossibleAndLeavesItsNeighboursAlone(
      Function<Integration, LikelihoodEngine> engines) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(3, 8, 2), 3);
    for (Integration integration :
        List.of(Integration.rk4(4), Integration.quadrature(4, 3), Integration.adaptive(4, 1e-2))) {
      double[] x = {0.1, 0.2, 0.3, 1e300, -1e300, 1e300, 0.1, 0.2, 0.3};
      double[] actual = score(engines.apply(integration), model, x, 3);
      assertThat(actual[1]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(actual[0]).isFinite().isEqualTo(actual[2]);
    }
  }

  /** Under every discretization. */
  public static void aFrontIsPartOfTheDensity(Function<Integration, LikelihoodEngine> engines) {
    aFrontIsPartOfTheDensity(
        engines,
        List.of(Integration.rk4(4), Integration.quadrature(4, 6), Integration.adaptive(4, 1e-3)));
  }

  /** The score is that of the row as the front maps it, and the front's log-determinant. */
  public static void aFrontIsPartOfTheDensity(
      Function<Integration, LikelihoodEngine> engines, List<Integration> integrations) {
    int d = 5;
    int rows = 70;
    ModelSnapshot model =
        RandomModels.withFront(RandomModels.snapshot(Architecture.of(d, 33, 3), 3), 7);
    ModelSnapshot bare =
        RandomModels.snapshot(model.parameters(), FeatureScaling.identity(d), model.steps());
    double[] x = RandomModels.rows(rows, d, 11);
    double[] y = new double[rows * d];
    double[] logDeterminant = new double[rows];
    for (int i = 0; i < rows; i++) {
      logDeterminant[i] = model.front().apply(x, i * d, y, i * d);
    }
    assertThat(Arrays.stream(logDeterminant).distinct().count()).as("distinct").isEqualTo(rows);
    for (Integration integration : integrations) {
      double[] expected = score(engines.apply(integration), bare, y, rows);
      double[] actual = score(engines.apply(integration), model, x, rows);
      for (int i = 0; i < rows; i++) {
        double value = expected[i] + logDeterminant[i];
        assertThat(actual[i])
            .as("row %d, %s", i, integration)
            .isCloseTo(value, within(1e-5 * (1 + Math.abs(value))));
      }
    }
  }

  public static void refusesWhatItCannotScore(Function<Integration, LikelihoodEngine> engines) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(2, 8, 2), 3);
    try (LikelihoodEngine engine = engines.apply(Integration.rk4(4))) {
      assertThatThrownBy(() -> engine.score(new double[2], 1, new double[1], null))
          .isInstanceOf(IllegalStateException.class);
      engine.load(model);
      assertThatThrownBy(() -> engine.score(new double[3], 2, new double[2], null))
          .hasMessage("x has length 3, expected at least n*d = 2*2 = 4");
      assertThatThrownBy(() -> engine.score(new double[4], 2, new double[1], null))
          .hasMessageContaining("logLikelihood has length 1");
      assertThatThrownBy(() -> engine.score(new double[] {0, Double.NaN}, 1, new double[1], null))
          .hasMessageContaining("feature 1 of row 0 is NaN");
    }
  }
}
