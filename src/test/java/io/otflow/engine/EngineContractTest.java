package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.EngineContract;
import io.otflow.testing.RandomModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine promises, against the double oracle. */
class EngineContractTest {

  static List<Arguments> shapes() {
    List<Arguments> shapes = new ArrayList<>();
    int[] ds = {1, 2, 3, 7, 8, 9, 17, 43};
    int[] ms = {1, 7, 8, 31, 32, 33, 130};
    int[] rows = {0, 1, 2, 63, 64, 65};
    // Every pair of neighbours is met; all products would take minutes.
    for (int i = 0; i < 56; i++) {
      int m = ms[i % ms.length];
      int n = m > 100 ? Math.min(2, rows[i % rows.length]) : rows[i % rows.length];
      shapes.add(Arguments.of(ds[i % ds.length], m, new int[] {2, 3, 5}[i % 3], n));
    }
    Random random = new Random(20260101);
    for (int i = 0; i < 24; i++) {
      int d = 1 + random.nextInt(70);
      int m = 1 + random.nextInt(130);
      int n = 1 + random.nextInt(m * d > 2000 ? 5 : 100);
      shapes.add(Arguments.of(d, m, 2 + random.nextInt(4), n));
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void simdAgreesWithReference(int d, int m, int layers, int rows) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(d, m, layers), d * 1000L + m);
    double[] x = RandomModels.rows(rows, d, 7);
    for (Integration integration : List.of(Integration.rk4(3), Integration.quadrature(3, 5))) {
      double[] expected = score("reference", integration, model, x, rows);
      double[] actual = score("simd", integration, model, x, rows);
      for (int i = 0; i < rows; i++) {
        assertThat(Math.abs(actual[i] - expected[i]))
            .as("row %d, %s", i, integration)
            .isLessThanOrEqualTo(1e-4 + 1e-5 * Math.abs(expected[i]));
      }
      if (rows > 1) {
        assertThat(Arrays.stream(expected).distinct().count()).as("distinct").isGreaterThan(1);
      }
    }
  }

  /**
   * Both refine by the same estimate; where rounding puts an event on the other side of the
   * tolerance the two differ by less than what the estimates allow.
   */
  @ParameterizedTest
  @MethodSource("shapes")
  void adaptiveAgreesWithReference(int d, int m, int layers, int rows) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(d, m, layers), d * 1000L + m);
    double[] x = RandomModels.rows(rows, d, 7);
    double[][] value = new double[2][rows];
    double[][] error = new double[2][rows];
    int e = 0;
    for (String name : new String[] {"reference", "simd"}) {
      try (LikelihoodEngine engine = Engines.create(name, Integration.adaptive(3, 1e-2))) {
        engine.load(model);
        engine.score(x, rows, value[e], error[e]);
        e++;
      }
    }
    for (int i = 0; i < rows; i++) {
      double rounding = 1e-4 + 1e-5 * Math.abs(value[0][i]);
      assertThat(error[1][i]).isNotNegative();
      boolean sameNodes = Math.abs(error[1][i] - error[0][i]) <= rounding;
      double allowed = sameNodes ? rounding : rounding + error[0][i] + error[1][i];
      assertThat(Math.abs(value[1][i] - value[0][i])).as("row %d", i).isLessThanOrEqualTo(allowed);
    }
  }

  private static double[] score(
      String engine, Integration integration, ModelSnapshot model, double[] x, int rows) {
    return EngineContract.score(Engines.create(engine, integration), model, x, rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd"})
  void aRowDoesNotDependOnItsNeighbours(String name) {
    EngineContract.aRowDoesNotDependOnItsNeighbours(i -> Engines.create(name, i));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd", "nd4j"})
  void zeroParametersGiveTheNormalDensityInTheUsersUnits(String name) {
    EngineContract.zeroParametersGiveTheNormalDensityInTheUsersUnits(i -> Engines.create(name, i));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd"})
  void aRowOutOfRangeIsImpossibleAndLeavesItsNeighboursAlone(String name) {
    EngineContract.aRowOutOfRangeIsImpossibleAndLeavesItsNeighboursAlone(
        i -> Engines.create(name, i));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd"})
  void aFrontIsPartOfTheDensity(String name) {
    EngineContract.aFrontIsPartOfTheDensity(i -> Engines.create(name, i));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd", "nd4j"})
  void refusesWhatItCannotScore(String name) {
    EngineContract.refusesWhatItCannotScore(i -> Engines.create(name, i));
  }

  @Test
  void unknownNamesAreRefusedAndAutoPicksTheVectors() {
    assertThatThrownBy(() -> Engines.create("warp", Integration.rk4(4)))
        .hasMessage("engine 'warp' is unknown, expected one of " + Engines.NAMES);
    try (LikelihoodEngine engine = Engines.create("auto", Integration.rk4(4))) {
      assertThat(engine.name()).isEqualTo("simd");
    }
  }

  /** The build runs this class at each width. */
  @Test
  void vectorsHaveTheWidthThatWasAskedFor() {
    int widest = VectorShape.preferredShape().vectorBitSize();
    assertThat(Engines.vectorUnit().bits())
        .isEqualTo(Integer.getInteger("otflow.simd.bits", widest));
  }
}
