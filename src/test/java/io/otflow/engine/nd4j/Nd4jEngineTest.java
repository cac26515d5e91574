package io.otflow.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.ObjectiveGradient;
import io.otflow.engine.Precision;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.EngineContract;
import io.otflow.testing.RandomModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the engine promises, on whichever backend is there, against the double oracle. */
class Nd4jEngineTest {

  private static final double CANARY = 12345.678;

  static List<Arguments> shapes() {
    List<Arguments> shapes = new ArrayList<>();
    int[] ds = {1, 2, 3, 7, 8, 9, 17, 43};
    int[] ms = {1, 7, 8, 31, 32, 33, 130};
    int[] rows = {0, 1, 2, 7, 8, 9, 65};
    for (int i = 0; i < 28; i++) {
      int m = ms[i % ms.length];
      int n = m > 100 ? 2 : rows[(i + i / 7) % rows.length];
      shapes.add(Arguments.of(ds[i % ds.length], m, new int[] {2, 3, 5}[i % 3], n));
    }
    Random random = new Random(20260102);
    for (int i = 0; i < 8; i++) {
      int d = 1 + random.nextInt(70);
      int m = 1 + random.nextInt(60);
      shapes.add(Arguments.of(d, m, 2 + random.nextInt(4), 1 + random.nextInt(20)));
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithReference(int d, int m, int layers, int rows) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(d, m, layers), d * 1000L + m);
    double[] x = RandomModels.rows(rows, d, 7);
    for (Integration integration :
        List.of(
            Integration.rk4(3),
            Integration.quadrature(3, 5),
            Integration.quadrature(4, 1),
            Integration.quadrature(1, 6))) {
      double[] expected = score(new ReferenceEngine(integration), model, x, rows);
      for (Precision precision : List.of(Precision.DOUBLE, Precision.SINGLE)) {
        double tolerance = precision == Precision.DOUBLE ? 1e-12 : 1e-5;
        double[] actual = score(new Nd4jEngine(integration, precision), model, x, rows);
        for (int i = 0; i < rows; i++) {
          assertThat(Math.abs(actual[i] - expected[i]))
              .as("row %d, %s, %s", i, integration, precision)
              .isLessThanOrEqualTo(tolerance * (1 + Math.abs(expected[i])));
        }
      }
      if (rows > 1) {
        assertThat(Arrays.stream(expected).distinct().count()).as("distinct").isGreaterThan(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "DOUBLE"})
  void aFrontIsPartOfTheDensity(Precision precision) {
    EngineContract.aFrontIsPartOfTheDensity(
        integration -> new Nd4jEngine(integration, precision),
        List.of(Integration.rk4(4), Integration.quadrature(4, 6)));
  }

  /**
   * More than a chunk holds: 2²⁰ numbers are 128 rows at m 130 and d 43, and 16 at m 300 and d 130.
   */
  @ParameterizedTest
  @CsvSource({"43, 130, 140", "130, 300, 19"})
  void chunksMeetWithoutAGap(int d, int m, int rows) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(d, m, 2), 5);
    double[] x = RandomModels.rows(rows, d, 7);
    double[] expected = score(new ReferenceEngine(Integration.rk4(1)), model, x, rows);
    double[] actual = score(new Nd4jEngine(Integration.rk4(1), Precision.DOUBLE), model, x, rows);
    for (int i = 0; i < rows; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("row %d", i)
          .isLessThanOrEqualTo(1e-12 * (1 + Math.abs(expected[i])));
    }
  }

  private static double[] score(
      LikelihoodEngine likelihood, ModelSnapshot model, double[] x, int rows) {
    try (LikelihoodEngine engine = likelihood) {
      engine.load(model);
      double[] out = new double[rows + 2];
      double[] error = new double[rows + 2];
      Arrays.fill(out, CANARY);
      Arrays.fill(error, CANARY);
      engine.score(x, rows, out, error);
      assertThat(Arrays.copyOfRange(out, rows, rows + 2)).containsOnly(CANARY);
      assertThat(Arrays.copyOfRange(error, rows, rows + 2)).containsOnly(CANARY);
      assertThat(Arrays.stream(error, 0, rows)).allMatch(value -> Double.isNaN(value));
      return Arrays.copyOf(out, rows);
    }
  }

  /** Which values stand beside a row makes no difference at all. */
  @ParameterizedTest
  @EnumSource(names = {"SINGLE", "DOUBLE"})
  void theValuesOfNeighboursDoNotMatter(Precision precision) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(5, 33, 3), 3);
    for (Integration integration : List.of(Integration.rk4(4), Integration.quadrature(4, 6))) {
      double[] x = RandomModels.rows(70, 5, 11);
      double[] others = RandomModels.rows(70, 5, 12);
      double[] together = score(new Nd4jEngine(integration, precision), model, x, 70);
      for (int i : new int[] {0, 1, 31, 32, 69}) {
        double[] mixed = others.clone();
        System.arraycopy(x, i * 5, mixed, i * 5, 5);
        assertThat(score(new Nd4jEngine(integration, precision), model, mixed, 70)[i])
            .isEqualTo(together[i]);
      }
    }
  }

  /** Where a row stands, and how many there are, may change the rounding of matrix products. */
  @ParameterizedTest
  @CsvSource({"SINGLE, 1e-5", "DOUBLE, 1e-12"})
  void thePlaceOfARowMattersNoMoreThanRounding(Precision precision, double tolerance) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(5, 33, 3), 3);
    for (Integration integration : List.of(Integration.rk4(4), Integration.quadrature(4, 6))) {
      double[] x = RandomModels.rows(70, 5, 11);
      double[] together = score(new Nd4jEngine(integration, precision), model, x, 70);
      for (int i : new int[] {0, 1, 31, 32, 69}) {
        double[] row = Arrays.copyOfRange(x, i * 5, i * 5 + 5);
        double[] alone = score(new Nd4jEngine(integration, precision), model, row, 1);
        assertThat(Math.abs(alone[0] - together[i]))
            .isLessThanOrEqualTo(tolerance * (1 + Math.abs(alone[0])));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SINGLE, 1e-5", "DOUBLE, 1e-12"})
  void aRowOutOfRangeIsImpossibleAndLeavesItsNeighboursAlone(
      Precision precision, double tolerance) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(3, 8, 2), 3);
    for (Integration integration : List.of(Integration.rk4(4), Integration.quadrature(4, 6))) {
      double[] x = {0.1, 0.2, 0.3, 1e300, -1e300, 1e300, 0.1, 0.2, 0.3};
      double[] actual = score(new Nd4jEngine(integration, precision), model, x, 3);
      double[] expected = score(new ReferenceEngine(integration), model, x, 3);
      assertThat(actual[1]).isEqualTo(Double.NEGATIVE_INFINITY);
      for (int i : new int[] {0, 2}) {
        assertThat(Math.abs(actual[i] - expected[i]))
            .isLessThanOrEqualTo(tolerance * (1 + Math.abs(expected[i])));
      }
    }
  }

  @Test
  void aModelTakesThePlaceOfTheOneBefore() {
    Integration integration = Integration.rk4(0);
    double[] x = RandomModels.rows(3, 4, 11);
    double[] actual = new double[3];
    try (Nd4jEngine engine = new Nd4jEngine(integration, Precision.DOUBLE)) {
      engine.load(RandomModels.snapshot(Architecture.of(2, 9, 3), 1));
      engine.score(x, 3, actual, null);
      FeatureScaling scaling =
          new FeatureScaling(new double[] {1, 2, 3, 4}, new double[] {1, 2, 0.5, 3});
      ModelSnapshot model =
          RandomModels.snapshot(RandomModels.parameters(Architecture.of(4, 8, 2), 2), scaling, 5);
      engine.load(model);
      engine.score(x, 3, actual, null);
      double[] expected = score(new ReferenceEngine(integration), model, x, 3);
      for (int i = 0; i < 3; i++) {
        assertThat(Math.abs(actual[i] - expected[i]))
            .isLessThanOrEqualTo(1e-12 * (1 + Math.abs(expected[i])));
      }
    }
  }

  @Test
  void saysWhatItRunsOnAndRefusesWhatItHasNot() {
    try (Nd4jEngine engine = new Nd4jEngine(Integration.rk4(4), Precision.SINGLE)) {
      assertThat(engine.backend()).matches("(CpuBackend|JCublasBackend) \\(.+, .+ threads\\)");
    }
    try (LikelihoodEngine engine = Engines.create("nd4j", Integration.quadrature(4, 6))) {
      assertThat(engine.name()).isEqualTo("nd4j");
      assertThat(engine.description()).startsWith("nd4j on ");
    }
    assertThatThrownBy(() -> new Nd4jEngine(Integration.adaptive(4, 1e-2), Precision.SINGLE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "engine 'nd4j' has no integrator 'adaptive', use --integrator rk4 or quadrature,"
                + " or --engine simd");
    assertThatThrownBy(() -> Engines.create("nd4j", Integration.adaptive(4, 1e-2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--integrator rk4 or quadrature");
    ObjectiveGradient.Problem problem =
        new ObjectiveGradient.Problem(Architecture.of(2, 4, 2), 4, 0, 1, 1, 1);
    assertThatThrownBy(() -> Engines.objective("nd4j", problem))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not train");
  }
}
