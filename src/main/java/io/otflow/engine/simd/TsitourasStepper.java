package io.otflow.engine.simd;

import io.otflow.flow.Tsitouras5;
import java.util.Arrays;

/**
 * Steps of {@link Tsitouras5} of the positions of a network's events. A step's last evaluation is
 * the next one's first. Allocates nothing after construction.
 */
final class TsitourasStepper {

  private final Network network;
  private final int size;

  /** ∇ₓΦ at the stages. */
  private final float[][] slope = new float[Tsitouras5.STAGES][];

  /** aᵢⱼ, and last the weights of error and bend, for a step of length 1. */
  private final float[][] coefficient = new float[Tsitouras5.STAGES + 2][Tsitouras5.STAGES];

  private final float[] scaled = new float[Tsitouras5.STAGES];
  private final float[] bend;
  private float[] z;
  private float[] stage;

  TsitourasStepper(Network network) {
    this.network = network;
    size = network.floats(network.d);
    z = network.rows(network.d);
    stage = network.rows(network.d);
    bend = network.rows(network.d);
    for (int i = 0; i < Tsitouras5.STAGES; i++) {
      slope[i] = network.rows(network.gradientRows);
      for (int j = 0; j < i; j++) {
        coefficient[i][j] = (float) Tsitouras5.coefficient(i, j);
      }
      coefficient[Tsitouras5.STAGES][i] = (float) Tsitouras5.error(i);
      coefficient[Tsitouras5.STAGES + 1][i] = (float) Tsitouras5.bend(i);
    }
  }

  /**
   * Goes to the start.
   *
   * @param x d rows at time 0, not changed
   * @param error d rows, set to zero
   */
  void start(float[] x, float[] error) {
    System.arraycopy(x, 0, z, 0, size);
    Arrays.fill(error, 0, size, 0f);
    network.gradient(z, 0, slope[0]);
  }

  /**
   * Takes a step.
   *
   * @param n the step, from 0
   * @param steps steps over the interval
   * @param error d rows; the step's embedded error is added
   */
  void step(int n, int steps, float[] error) {
    for (int i = 1; i < Tsitouras5.STAGES; i++) {
      scale(i, steps);
      PanelOps.combine(z, scaled, slope, i, size, stage);
      network.gradient(stage, (float) ((n + Tsitouras5.node(i)) / steps), slope[i]);
    }
    scale(Tsitouras5.STAGES, steps);
    PanelOps.combine(error, scaled, slope, Tsitouras5.STAGES, size, error);
    scale(Tsitouras5.STAGES + 1, steps);
    Arrays.fill(bend, 0, size, 0f);
    PanelOps.combine(bend, scaled, slope, Tsitouras5.STAGES, size, bend);
    float[] end = stage;
    stage = z;
    z = end;
    float[] lastSlope = slope[Tsitouras5.STAGES - 1];
    slope[Tsitouras5.STAGES - 1] = slope[0];
    slope[0] = lastSlope;
  }

  /** The velocity is the negative gradient. */
  private void scale(int row, int steps) {
    for (int j = 0; j < Tsitouras5.STAGES; j++) {
      scaled[j] = -coefficient[row][j] / steps;
    }
  }

  /** Copies positions and gradients. */
  void copyTo(float[] positions, float[] gradients, int offset) {
    System.arraycopy(z, 0, positions, offset, size);
    System.arraycopy(slope[0], 0, gradients, offset, size);
  }

  /** Copies what the last step adds to the cubic in its middle. */
  void copyBendTo(float[] bends, int offset) {
    System.arraycopy(bend, 0, bends, offset, size);
  }
}
