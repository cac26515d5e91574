package io.otflow.engine.simd;

import io.otflow.flow.Tsitouras5;
import java.util.Arrays;

/**
 * Steps of {@link Tsitouras5} of the positions of a network's events. A step's last evaluation is
 * the next one's first. Allocates nothing after construction.
 */
final class TsitourasStepper {

  private static final int LAST = Tsitouras5.STAGES - 1;

  private final Network network;
  private final int size;

  /** ∇ₓΦ at the stages. */
  private final float[][] slope = new float[Tsitouras5.STAGES][];

  /** aᵢⱼ, and last the weights of the error, for a step of length 1. */
  private final float[][] coefficient = new float[Tsitouras5.STAGES + 1][Tsitouras5.STAGES];

  private final float[] scaled = new float[Tsitouras5.STAGES];

  /** Sum of the steps' embedded errors. */
  private final float[] error;

  /** Where the step begins. */
  private float[] start;

  /** The input of a stage; of the last, where the step ends. */
  private float[] stage;

  TsitourasStepper(Network network) {
    this.network = network;
    size = network.floats(network.d);
    start = network.rows(network.d);
    stage = network.rows(network.d);
    error = network.rows(network.d);
    for (int i = 0; i < Tsitouras5.STAGES; i++) {
      slope[i] = network.rows(network.gradientRows);
      for (int j = 0; j < i; j++) {
        coefficient[i][j] = (float) Tsitouras5.coefficient(i, j);
      }
      coefficient[Tsitouras5.STAGES][i] = (float) Tsitouras5.error(i);
    }
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
   * @param steps steps over the interval
   */
  void step(int n, int steps) {
    float[] end = stage;
    stage = start;
    start = end;
    float[] endSlope = slope[LAST];
    slope[LAST] = slope[0];
    slope[0] = endSlope;
    for (int i = 1; i < Tsitouras5.STAGES; i++) {
      scale(coefficient[i], steps);
      PanelOps.combine(start, scaled, slope, i, size, stage);
      network.gradient(stage, (float) ((n + Tsitouras5.node(i)) / steps), slope[i]);
    }
    scale(coefficient[Tsitouras5.STAGES], steps);
    PanelOps.combine(error, scaled, slope, Tsitouras5.STAGES, size, error);
  }

  /** The velocity is the negative gradient. */
  private void scale(float[] weights, int steps) {
    for (int j = 0; j < Tsitouras5.STAGES; j++) {
      scaled[j] = -weights[j] / steps;
    }
  }

  /**
   * The positions within the last step.
   *
   * @param r share of the step, from 0 to 1
   * @param steps steps over the interval
   * @param z receives d rows
   */
  void interpolate(double r, int steps, float[] z) {
    for (int j = 0; j < Tsitouras5.STAGES; j++) {
      scaled[j] = (float) (-Tsitouras5.interpolation(j, r) / steps);
    }
    PanelOps.combine(start, scaled, slope, Tsitouras5.STAGES, size, z);
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
