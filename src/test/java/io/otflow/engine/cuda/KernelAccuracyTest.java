package io.otflow.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.otflow.engine.Integration;
import io.otflow.engine.Precision;
import io.otflow.engine.UnsupportedModelException;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Golden;
import io.otflow.testing.Miniboone;
import io.otflow.testing.RandomModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel, run on this machine, against the published program and against the oracle. */
class KernelAccuracyTest {

  /** What the stand-in has, as an H100. */
  private static final int SHARED_BYTES = 232_448;

  @BeforeAll
  static void build() {
    HostBuild.install();
  }

  @ParameterizedTest
  @MethodSource("io.otflow.testing.Golden#all")
  void golden(Golden golden) {
    int d = golden.architecture().d();
    double[][] rows = golden.rows();
    double[] x = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    for (int steps : new int[] {1, 4, 8}) {
      JsonNode expected = golden.numbers().get("rk4").get(String.valueOf(steps)).get("negLogLik");
      ModelSnapshot model =
          RandomModels.snapshot(golden.parameters(), FeatureScaling.identity(d), steps);
      double[] actual = score(Tile.all(), Integration.rk4(steps), model, x, rows.length)[0];
      for (int i = 0; i < rows.length; i++) {
        assertClose(actual[i], -expected.get(i).asDouble(), "row " + i + ", steps " + steps);
      }
    }
  }

  @Test
  void minibooneAgreesWithThePublishedProgram() throws IOException {
    Miniboone data = Miniboone.read();
    double[][] actual = score(Tile.all(), Integration.rk4(10), data.model(), data.x(), data.rows());
    Miniboone.Errors errors = data.errors(actual[0], 0, 0, actual[1]);
    assertThat(errors.mean()).as("mean error").isLessThanOrEqualTo(2e-5);
    assertThat(errors.largest()).as("largest error").isLessThanOrEqualTo(3e-4);
  }

  @Test
  void adaptiveKeepsItsToleranceOnMiniboone() throws IOException {
    Miniboone data = Miniboone.read();
    double tolerance = 1e-2;
    double[][] actual =
        score(Tile.all(), Integration.adaptive(10, tolerance), data.model(), data.x(), data.rows());
    Miniboone.Errors errors = data.errors(actual[0], 2, tolerance, actual[1]);
    assertThat(errors.overTolerance())
        .as("events over the tolerance")
        .isLessThanOrEqualTo(data.rows() / 100);
    assertThat(errors.overEstimate()).as("estimates under").isLessThanOrEqualTo(data.rows() / 100);
  }

  /** Every tile, with shapes that fill it, that leave some of it empty, and that need several. */
  static List<Arguments> tiles() {
    List<Arguments> cases = new ArrayList<>();
    for (Tile tile : Tile.all()) {
      int layers = tile.deep() ? 3 : 2;
      int e = tile.events();
      cases.add(Arguments.of(tile, Architecture.of(1, tile.rows() - 7, layers), 1));
      // Tensor cores take the host long.
      int rows = tile.tensor() ? e - 1 : 2 * e + 1;
      cases.add(Arguments.of(tile, new Architecture(3, tile.rows(), layers, 2), rows));
      if (!tile.tensor()) {
        int more = tile.deep() ? 5 : 2;
        cases.add(Arguments.of(tile, Architecture.of(19, tile.rows() / 2 + 1, more), e));
      }
      if (tile.rows() <= 64) {
        cases.add(Arguments.of(tile, Architecture.of(5, tile.rows() + 1, layers), e + 3));
        cases.add(Arguments.of(tile, Architecture.of(37, 9, layers), e - 1));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("tiles")
  void agreesWithTheOracle(Tile tile, Architecture a, int rows) {
    ModelSnapshot model = RandomModels.snapshot(a, a.d() * 1000L + a.m());
    double[] x = RandomModels.rows(rows, a.d(), 7);
    List<Integration> fitting = new ArrayList<>();
    for (Integration integration :
        List.of(Integration.rk4(2), Integration.quadrature(2, 5), Integration.adaptive(3, 1e-2))) {
      if (tile.sharedBytes(a, integration.integrator()) > SHARED_BYTES) {
        assertThatThrownBy(() -> score(List.of(tile), integration, model, x, rows))
            .isInstanceOf(UnsupportedModelException.class)
            .hasMessageContaining("bytes of shared memory");
      } else {
        fitting.add(integration);
      }
    }
    List<Scores> scores =
        HostBuild.onAllCores(
            fitting,
            integration ->
                new Scores(
                    score(List.of(tile), integration, model, x, rows),
                    reference(integration, model, x, rows)));
    for (int k = 0; k < fitting.size(); k++) {
      assertClose(scores.get(k), fitting.get(k));
    }
  }

  /** Steps are doubled and rules refined; rounding puts an event or two beyond a limit. */
  @Test
  void hasTheOraclesEstimatesOfError() {
    int rows = 60;
    ModelSnapshot model = RandomModels.bent(Architecture.of(3, 24, 2), 101);
    double[] x = RandomModels.rows(rows, 3, 51);
    Integration integration = Integration.adaptive(4, 1e-2);
    double[] actual = score(Tile.all(), integration, model, x, rows)[1];
    double[] expected = reference(integration, model, x, rows)[1];
    int other = 0;
    for (int i = 0; i < rows; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      other += difference <= 1e-5 + 1e-3 * expected[i] ? 0 : 1;
    }
    assertThat(other).as("events with other estimates").isLessThanOrEqualTo(2);
  }

  /** Log-likelihoods and estimates of error, of the kernel and of the oracle. */
  private record Scores(double[][] actual, double[][] expected) {}

  private static void assertClose(Scores scores, Integration integration) {
    double[][] actual = scores.actual();
    double[][] expected = scores.expected();
    for (int i = 0; i < actual[0].length; i++) {
      double rounding = 1e-4 + 1e-5 * Math.abs(expected[0][i]);
      // Where rounding puts an event on the other side of the tolerance, what the estimates allow.
      boolean sameNodes = !(Math.abs(actual[1][i] - expected[1][i]) > rounding);
      double allowed = sameNodes ? rounding : rounding + actual[1][i] + expected[1][i];
      assertThat(Math.abs(actual[0][i] - expected[0][i]))
          .as("row %d, %s: %s for %s", i, integration, actual[0][i], expected[0][i])
          .isLessThanOrEqualTo(allowed);
    }
  }

  /** Ten bits of fraction in the trace's products alone. */
  @Test
  void tf32IsLessExactAndSplitNearlyAsExactAsSingle() {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(3, 32, 2), 9);
    double[] x = RandomModels.rows(20, 3, 7);
    double[] expected = reference(Integration.rk4(2), model, x, 20)[0];
    double[] error = new double[2];
    Precision[] precisions = {Precision.SPLIT_TF32, Precision.TF32};
    for (int k = 0; k < precisions.length; k++) {
      double[] actual = new double[20];
      try (CudaEngine engine = new CudaEngine(Integration.rk4(2), precisions[k], 0)) {
        engine.load(model);
        engine.score(x, 20, actual, null);
        assertThatThrownBy(() -> engine.load(RandomModels.snapshot(Architecture.of(3, 32, 3), 9)))
            .isInstanceOf(UnsupportedModelException.class)
            .hasMessageContaining("two layers, got 3: use --precision single");
      }
      for (int i = 0; i < 20; i++) {
        error[k] = Math.max(error[k], Math.abs(actual[i] - expected[i]));
      }
    }
    assertThat(error[0]).as("split").isLessThanOrEqualTo(1e-5);
    assertThat(error[1]).as("cut").isBetween(1e-5, 1e-2);
  }

  private static void assertClose(double actual, double expected, String what) {
    assertThat(Math.abs(actual - expected))
        .as("%s: %s for %s", what, actual, expected)
        .isLessThanOrEqualTo(1e-4 + 1e-5 * Math.abs(expected));
  }

  /** Split where the tile is for tensor cores: its error is that of single precision, nearly. */
  private static Precision precisionOf(List<Tile> tiles) {
    return tiles.size() == 1 && tiles.get(0).tensor() ? Precision.SPLIT_TF32 : Precision.SINGLE;
  }

  private static double[][] score(
      List<Tile> tiles, Integration integration, ModelSnapshot model, double[] x, int rows) {
    double[][] out = new double[2][rows];
    try (CudaEngine engine = new CudaEngine(integration, precisionOf(tiles), 0, tiles)) {
      engine.load(model);
      engine.score(x, rows, out[0], out[1]);
    }
    return out;
  }

  private static double[][] reference(
      Integration integration, ModelSnapshot model, double[] x, int rows) {
    double[][] out = new double[2][rows];
    try (ReferenceEngine engine = new ReferenceEngine(integration)) {
      engine.load(model);
      engine.score(x, rows, out[0], out[1]);
    }
    return out;
  }
}
