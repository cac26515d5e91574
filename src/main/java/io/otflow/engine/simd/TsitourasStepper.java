package io.otflow.engine.simd;

import io.otflow.flow.Tsitouras5;
import io.otflow.math.CubicHermite;
import io.otflow.math.NestedQuadrature;
import java.util.Arrays;

/**
 * Equal steps of {@link Tsitouras5} of the positions of a network's events, and where these are
 * within a step at the nodes of the finest of the nested rules. A step's last evaluation is the
 * next one's first. Allocates nothing after construction.
 */
final class TsitourasStepper {

  private static final int LAST = Tsitouras5.STAGES - 1;

  private final Network network;
  private final int size;
  private final int steps;

  /** ∇ₓΦ at the stages. */
  private final float[][] slope = new float[Tsitouras5.STAGES][];

  /** −aᵢⱼ times the step, since the velocity is the negative gradient. */
  private final float[][] coefficient = new float[Tsitouras5.STAGES][Tsitouras5.STAGES];

  /** Those of the error. */
  private final float[] errorCoefficient = new float[Tsitouras5.STAGES];

  /** Those of the position at each node, within the step that holds it. */
  private final float[][] nodeCoefficient =
      new float[NestedQuadrature.MAX_NODES][Tsitouras5.STAGES];

  /** Sum of the steps' embedded errors. */
  private final float[] error;

  /** Where the step begins. */
  private float[] start;

  /** The input of a stage; of the last, where the step ends. */
  private float[] stage;

  TsitourasStepper(Network network, int steps) {
    this.network = network;
    this.steps = steps;
    size = network.floats(network.d);
    start = network.rows(network.d);
    stage = network.rows(network.d);
    error = network.rows(network.d);
    for (int i = 0; i < Tsitouras5.STAGES; i++) {
      slope[i] = network.rows(network.gradientRows);
      for (int j = 0; j < i; j++) {
        coefficient[i][j] = (float) (-Tsitouras5.coefficient(i, j) / steps);
      }
      errorCoefficient[i] = (float) (-Tsitouras5.error(i) / steps);
      for (int q = 0; q < NestedQuadrature.MAX_NODES; q++) {
        double share = NestedQuadrature.node(q) * steps - stepOf(q);
        nodeCoefficient[q][i] = (float) (-Tsitouras5.interpolation(i, share) / steps);
      }
    }
  }

  int steps() {
    return steps;
  }

  /** The step that holds a node of the finest rule. */
  int stepOf(int node) {
    return CubicHermite.stepOf(NestedQuadrature.node(node), steps);
  }

  /**
   * Goes to the start, as the end of the step before the first.
   *
   * @param x d rows at time 0, not changed
   */
  void start(float[] x) {
    System.arraycopy(x, 0, stage, 0, size);
    Arrays.fill(error, 0, size, 0f);
    network.gradient(stage, 0, slope[LAST]);
  }

  /**
   * Takes a step from where the last one ended.
   *
   * @param n the step, from 0
   */
  void step(int n) {
    float[] end = stage;
    stage = start;
    start = end;
    float[] endSlope = slope[LAST];
    slope[LAST] = slope[0];
    slope[0] = endSlope;
    for (int i = 1; i < Tsitouras5.STAGES; i++) {
      PanelOps.combine(start, coefficient[i], slope, i, size, stage);
      network.gradient(stage, (float) ((n + Tsitouras5.node(i)) / steps), slope[i]);
    }
    PanelOps.combine(error, errorCoefficient, slope, Tsitouras5.STAGES, size, error);
  }

  /**
   * The positions at a node within the last step.
   *
   * @param node index among those of the finest rule
   * @param z receives d rows
   */
  void interpolate(int node, float[] z) {
    PanelOps.combine(start, nodeCoefficient[node], slope, Tsitouras5.STAGES, size, z);
  }

  /** Where the last step ended: d rows. */
  float[] end() {
    return stage;
  }

  /** Sum of the embedded errors of all steps: d rows. */
  float[] error() {
    return error;
  }
}
