package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
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

  private static final double CANARY = 12345.678;

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
    try (LikelihoodEngine likelihood = Engines.create(engine, integration)) {
      likelihood.load(model);
      double[] out = new double[rows + 2];
      Arrays.fill(out, CANARY);
      likelihood.score(x, rows, out, null);
      assertThat(out[rows]).as("canary").isEqualTo(CANARY);
      assertThat(out[rows + 1]).as("canary").isEqualTo(CANARY);
      return Arrays.copyOf(out, rows);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd"})
  void aRowDoesNotDependOnItsNeighbours(String name) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(5, 33, 3), 3);
    for (Integration integration :
        List.of(Integration.rk4(4), Integration.quadrature(4, 6), Integration.adaptive(4, 1e-3))) {
      double[] x = RandomModels.rows(70, 5, 11);
      double[] together = score(name, integration, model, x, 70);
      for (int i : new int[] {0, 1, 31, 32, 69}) {
        double[] alone =
            score(name, integration, model, Arrays.copyOfRange(x, i * 5, i * 5 + 5), 1);
        assertThat(alone[0]).isEqualTo(together[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd", "nd4j"})
  void zeroParametersGiveTheNormalDensityInTheUsersUnits(String name) {
    Architecture a = Architecture.of(2, 4, 2);
    FeatureScaling scaling = new FeatureScaling(new double[] {1e6, -3}, new double[] {0.5, 4});
    ModelSnapshot model =
        RandomModels.snapshot(
            new io.otflow.model.Parameters(a, new float[a.layout().size()]), scaling, 4);
    double[] x = {1e6 + 0.25, 1, 1e6 - 1, -3};
    double[] actual = score(name, Integration.rk4(0), model, x, 2);
    double constant = -Math.log(2 * Math.PI) - Math.log(0.5) - Math.log(4);
    assertThat(actual[0]).isCloseTo(constant - 0.5 * (0.25 + 1), within(1e-6));
    assertThat(actual[1]).isCloseTo(constant - 0.5 * 4, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd"})
  void aRowOutOfRangeIsImpossibleAndLeavesItsNeighboursAlone(String name) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(3, 8, 2), 3);
    for (Integration integration : List.of(Integration.rk4(4), Integration.adaptive(4, 1e-2))) {
      double[] x = {0.1, 0.2, 0.3, 1e300, -1e300, 1e300, 0.1, 0.2, 0.3};
      double[] actual = score(name, integration, model, x, 3);
      assertThat(actual[1]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(actual[0]).isFinite().isEqualTo(actual[2]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "simd", "nd4j"})
  void refusesWhatItCannotScore(String name) {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(2, 8, 2), 3);
    try (LikelihoodEngine engine = Engines.create(name, Integration.rk4(4))) {
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

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.api.Assertions.within(offset);
  }
}
