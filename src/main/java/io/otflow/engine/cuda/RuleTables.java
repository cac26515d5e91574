package io.otflow.engine.cuda;

import io.otflow.engine.Integration;
import io.otflow.flow.AdaptiveFlow;
import io.otflow.flow.Tsitouras5;
import io.otflow.math.CubicHermite;
import io.otflow.math.GaussLegendre;
import io.otflow.math.NestedQuadrature;
import io.otflow.math.NestedRule;

/** An integrator's numbers as the kernel reads them, one array. */
final class RuleTables {

  private static final int QUADRATURE_NODE = 8;
  private static final int LEVELS = NestedQuadrature.RULES.size();

  private RuleTables() {}

  /**
   * The tables of a discretization.
   *
   * @param integration the discretization
   * @param steps steps that the kernel takes
   * @return never empty
   */
  static float[] of(Integration integration, int steps) {
    return switch (integration.integrator()) {
      case RK4 -> new float[1];
      case QUADRATURE -> quadrature(steps, integration.nodes());
      case ADAPTIVE -> adaptive(steps);
    };
  }

  /**
   * For each node eight numbers: its step, its time, its weight, and the weights of its position:
   * of z and of the gradient where the step begins, then of both where it ends.
   */
  private static float[] quadrature(int steps, int nodes) {
    GaussLegendre rule = GaussLegendre.of(nodes);
    float[] table = new float[QUADRATURE_NODE * nodes];
    double step = 1.0 / steps;
    for (int q = 0, p = 0; q < nodes; q++, p += QUADRATURE_NODE) {
      double t = rule.nodes()[q];
      int n = CubicHermite.stepOf(t, steps);
      double r = t * steps - n;
      table[p] = n;
      table[p + 1] = (float) t;
      table[p + 2] = (float) rule.weights()[q];
      table[p + 3] = (float) CubicHermite.startPosition(r);
      table[p + 4] = (float) -CubicHermite.startSlope(step, r);
      table[p + 5] = (float) CubicHermite.endPosition(r);
      table[p + 6] = (float) -CubicHermite.endSlope(step, r);
    }
    return table;
  }

  /**
   * The pair's nodes, its error weights and coefficients; the two factors and the share of {@link
   * AdaptiveFlow}; for each number of steps and each node of the finest rule its step, its time and
   * the weights of its position; for each rule and each node of the finest its weight and its parts
   * of the two coefficients that tell the error.
   */
  private static float[] adaptive(int firstSteps) {
    int stages = Tsitouras5.STAGES;
    int places = NestedQuadrature.MAX_NODES;
    int header = 2 * stages + stages * (stages - 1) / 2 + 3;
    float[] table = new float[header + LEVELS * places * (2 + stages) + LEVELS * places * 3];
    int p = 0;
    for (int i = 0; i < stages; i++) {
      table[p++] = (float) Tsitouras5.node(i);
    }
    for (int i = 0; i < stages; i++) {
      table[p++] = (float) Tsitouras5.error(i);
    }
    for (int i = 1; i < stages; i++) {
      for (int j = 0; j < i; j++) {
        table[p++] = (float) Tsitouras5.coefficient(i, j);
      }
    }
    table[p++] = (float) AdaptiveFlow.TRAJECTORY_FACTOR;
    table[p++] = (float) AdaptiveFlow.TRAJECTORY_SHARE;
    table[p++] = (float) AdaptiveFlow.DOUBLED_FACTOR;
    for (int doublings = 0; doublings < LEVELS; doublings++) {
      int steps = firstSteps << doublings;
      for (int place = 0; place < places; place++) {
        double t = NestedQuadrature.node(place);
        int n = CubicHermite.stepOf(t, steps);
        table[p++] = n;
        table[p++] = (float) t;
        for (int stage = 0; stage < stages; stage++) {
          table[p++] = (float) (Tsitouras5.interpolation(stage, t * steps - n) / steps);
        }
      }
    }
    for (int level = 0; level < LEVELS; level++) {
      NestedRule rule = NestedQuadrature.RULES.get(level);
      int nodes = rule.nodes().length;
      for (int node = 0; node < nodes; node++) {
        int at = p + 3 * NestedQuadrature.place(level, node);
        table[at] = (float) rule.weights()[node];
        table[at + 1] = (float) (NestedQuadrature.tailFactor(level) * rule.tail()[node]);
        table[at + 2] = (float) (NestedQuadrature.tailFactor(level) * rule.tail()[nodes + node]);
      }
      p += 3 * places;
    }
    return table;
  }
}
