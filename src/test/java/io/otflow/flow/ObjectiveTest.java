package io.otflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.model.Architecture;
import io.otflow.testing.RandomModels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Taylor test of the objective's gradient: with a random direction v, |J(θ+εv) − J(θ)| falls like ε
 * and |J(θ+εv) − J(θ) − ε∇Jᵀv| like ε².
 */
class ObjectiveTest {

  @ParameterizedTest
  @CsvSource({
    "1, 3, 2, 0",
    "2, 8, 2, 0",
    "4, 6, 3, 0",
    "7, 5, 5, 0",
    "1, 3, 2, 1",
    "2, 8, 2, 5",
    "4, 6, 3, 8",
    "7, 5, 5, 2"
  })
  void remaindersFallWithSlopesOneAndTwo(int d, int m, int layers, int traceNodes) {
    Architecture a = Architecture.of(d, m, layers);
    double[] theta = RandomModels.parameters(a, 31).toDoubles();
    double[] direction = RandomModels.rows(1, theta.length, 32);
    double[] x = RandomModels.rows(1, d, 33);
    Penalties penalties = new Penalties(1, 10, 5);
    double[] gradient = new double[theta.length];
    double base = objective(a, theta, penalties, traceNodes, x, gradient);
    double slope = 0;
    for (int p = 0; p < theta.length; p++) {
      slope += gradient[p] * direction[p];
    }
    int points = 4;
    double[] first = new double[points];
    double[] second = new double[points];
    for (int i = 0; i < points; i++) {
      double epsilon = 1e-3 * Math.pow(0.5, i);
      double[] moved = theta.clone();
      for (int p = 0; p < theta.length; p++) {
        moved[p] += epsilon * direction[p];
      }
      double change =
          objective(a, moved, penalties, traceNodes, x, new double[theta.length]) - base;
      first[i] = Math.abs(change);
      second[i] = Math.abs(change - epsilon * slope);
    }
    for (int i = 1; i < points; i++) {
      assertThat(log2(first[i - 1] / first[i])).isCloseTo(1, within(0.1));
      assertThat(log2(second[i - 1] / second[i])).isCloseTo(2, within(0.1));
    }
  }

  private static double objective(
      Architecture a,
      double[] theta,
      Penalties penalties,
      int traceNodes,
      double[] x,
      double[] gradient) {
    Flow.End end = new Objective(a, theta, penalties, 3, traceNodes).addGradient(x, 1, gradient);
    return penalties.objective(end.transport(), -end.logLikelihood(), end.residual());
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
