package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import io.otflow.testing.RandomModels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The float gradient against the double one, for rows of different weights. */
class ObjectiveGradientTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 2, 1, 0",
    "2, 8, 2, 33, 0",
    "3, 7, 3, 5, 0",
    "8, 32, 2, 65, 0",
    "17, 33, 4, 3, 0",
    "43, 40, 2, 2, 0",
    "9, 130, 2, 4, 0",
    "5, 31, 5, 40, 0",
    "1, 1, 2, 1, 1",
    "2, 8, 2, 33, 8",
    "3, 7, 3, 5, 2",
    "8, 32, 2, 65, 6",
    "17, 33, 4, 3, 5",
    "43, 40, 2, 2, 4"
  })
  void agreesWithTheDoubleGradient(int d, int m, int layers, int rows, int traceNodes) {
    Architecture a = Architecture.of(d, m, layers);
    ObjectiveGradient.Problem problem = new ObjectiveGradient.Problem(a, 3, traceNodes, 1, 10, 5);
    float[] theta = RandomModels.parameters(a, 5).toFloats();
    double[] y = RandomModels.rows(rows, d, 9);
    double[] weights = new double[rows];
    for (int i = 0; i < rows; i++) {
      weights[i] = i % 3 == 2 ? 0 : (1.0 + i % 2) / rows;
    }
    double[][] gradient = new double[2][a.layout().size()];
    double[][] objective = new double[2][rows];
    double[][] cost = new double[2][rows];
    int e = 0;
    for (String name : new String[] {"reference", "simd"}) {
      try (ObjectiveGradient differentiated = Engines.objective(name, problem)) {
        differentiated.setParameters(theta);
        differentiated.forward(y, rows, objective[e], cost[e]);
        differentiated.backward(weights, gradient[e]);
        e++;
      }
    }
    for (int i = 0; i < rows; i++) {
      assertThat(cost[1][i]).isCloseTo(cost[0][i], within(1e-4 + 1e-5 * Math.abs(cost[0][i])));
      assertThat(objective[1][i]).isCloseTo(objective[0][i], within(1e-3 + 1e-5 * objective[0][i]));
    }
    for (ParameterLayout.Tensor tensor : a.layout().tensors()) {
      double norm = 0;
      double difference = 0;
      for (int p = tensor.offset(); p < tensor.offset() + tensor.size(); p++) {
        norm += gradient[0][p] * gradient[0][p];
        difference += Math.pow(gradient[1][p] - gradient[0][p], 2);
      }
      if (tensor.name().equals("c.bias")) {
        assertThat(gradient[1][tensor.offset()]).isZero();
      } else {
        assertThat(norm).as(tensor.name()).isPositive();
        assertThat(Math.sqrt(difference))
            .as(tensor.name())
            .isLessThanOrEqualTo(2e-5 * Math.sqrt(norm));
      }
    }
  }
}
