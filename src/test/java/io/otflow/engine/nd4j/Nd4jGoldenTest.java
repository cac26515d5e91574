package io.otflow.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.engine.Integration;
import io.otflow.engine.Precision;
import io.otflow.model.FeatureScaling;
import io.otflow.testing.Golden;
import io.otflow.testing.RandomModels;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against what the published program computed in double. */
class Nd4jGoldenTest {

  @ParameterizedTest
  @MethodSource("io.otflow.testing.Golden#all")
  void agreesInDouble(Golden golden) {
    check(golden, Precision.DOUBLE, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("io.otflow.testing.Golden#all")
  void agreesInSingle(Golden golden) {
    check(golden, Precision.SINGLE, 1e-4);
  }

  private static void check(Golden golden, Precision precision, double tolerance) {
    int rows = golden.rows().length;
    double[] x = Arrays.stream(golden.rows()).flatMapToDouble(Arrays::stream).toArray();
    FeatureScaling scaling = FeatureScaling.identity(golden.architecture().d());
    for (int steps : new int[] {1, 4, 8}) {
      double[] expected =
          Golden.vector(golden.numbers().get("rk4").get(String.valueOf(steps)).get("negLogLik"));
      double[] actual = new double[rows];
      try (Nd4jEngine engine = new Nd4jEngine(Integration.rk4(steps), precision)) {
        engine.load(RandomModels.snapshot(golden.parameters(), scaling, 4));
        engine.score(x, rows, actual, null);
      }
      for (int i = 0; i < rows; i++) {
        assertThat(Math.abs(-actual[i] - expected[i]))
            .as("row %d, %d steps", i, steps)
            .isLessThanOrEqualTo(tolerance * (1 + Math.abs(expected[i])));
      }
    }
  }
}
