package io.otflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.otflow.model.ParameterLayout;
import io.otflow.testing.Golden;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle against the published program's numbers, in double. */
class GoldenTest {

  @ParameterizedTest
  @MethodSource("io.otflow.testing.Golden#all")
  void potentialGradientAndTrace(Golden golden) {
    Potential potential = new Potential(golden.architecture(), golden.parameters().toDoubles());
    int d = golden.architecture().d();
    double[][] rows = golden.rows();
    double[] phi = Golden.vector(golden.numbers().get("phi"));
    double[][] gradPhi = Golden.matrix(golden.numbers().get("gradPhi"));
    double[] trace = Golden.vector(golden.numbers().get("trHess"));
    double[] gradient = new double[d + 1];
    for (int i = 0; i < rows.length; i++) {
      double[] s = Arrays.copyOf(rows[i], d + 1);
      s[d] = golden.numbers().get("t").asDouble();
      assertThat(potential.value(s)).isCloseTo(phi[i], close(phi[i], 1e-12));
      assertThat(potential.gradientAndTrace(s, gradient))
          .isCloseTo(trace[i], close(trace[i], 1e-12));
      assertThat(gradient).containsExactly(gradPhi[i], within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("io.otflow.testing.Golden#all")
  void trajectoryAndCosts(Golden golden) {
    Flow flow = new Flow(golden.architecture(), golden.parameters().toDoubles());
    double[][] rows = golden.rows();
    for (int steps : new int[] {1, 4, 8}) {
      JsonNode expected = golden.numbers().get("rk4").get(String.valueOf(steps));
      double[][] z = Golden.matrix(expected.get("z"));
      for (int i = 0; i < rows.length; i++) {
        Flow.End end = flow.forward(rows[i], steps);
        assertThat(end.z()).containsExactly(z[i], within(1e-11));
        check(end.logDet(), expected.get("logDet").get(i));
        check(end.transport(), expected.get("L").get(i));
        check(end.residual(), expected.get("R").get(i));
        check(-end.logLikelihood(), expected.get("negLogLik").get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.otflow.testing.Golden#all")
  void quadratureConverges(Golden golden) {
    Flow flow = new Flow(golden.architecture(), golden.parameters().toDoubles());
    double[][] rows = golden.rows();
    double[] converged = Golden.vector(golden.numbers().get("converged").get("negLogLik"));
    for (int i = 0; i < rows.length; i++) {
      assertThat(-flow.logLikelihoodByQuadrature(rows[i], 100, 40))
          .isCloseTo(converged[i], close(converged[i], 1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("io.otflow.testing.Golden#all")
  void objectiveAndItsGradient(Golden golden) {
    double[] alpha = Golden.vector(golden.numbers().get("alpha"));
    Penalties penalties = new Penalties(alpha[0], alpha[1], alpha[2]);
    Objective objective =
        new Objective(golden.architecture(), golden.parameters().toDoubles(), penalties, 4, 0);
    double[][] rows = golden.rows();
    ParameterLayout layout = golden.architecture().layout();
    double[] gradient = new double[layout.size()];
    double value = 0;
    for (double[] row : rows) {
      Flow.End end = objective.addGradient(row, 1.0 / rows.length, gradient);
      value +=
          penalties.objective(end.transport(), -end.logLikelihood(), end.residual()) / rows.length;
    }
    check(value, golden.numbers().get("rk4").get("4").get("objective"));
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      double[] expected =
          Golden.vector(golden.numbers().get("objectiveGradient_nt4").get(tensor.name()));
      double norm = Arrays.stream(expected).map(Math::abs).max().orElse(0);
      for (int i = 0; i < tensor.size(); i++) {
        assertThat(gradient[tensor.offset() + i])
            .as("%s[%d]", tensor.name(), i)
            .isCloseTo(expected[i], within(1e-10 * Math.max(1, norm)));
      }
    }
  }

  private static void check(double actual, JsonNode expected) {
    assertThat(actual).isCloseTo(expected.asDouble(), close(expected.asDouble(), 1e-11));
  }

  private static Offset<Double> close(double expected, double relative) {
    return within(relative * Math.max(1, Math.abs(expected)));
  }
}
