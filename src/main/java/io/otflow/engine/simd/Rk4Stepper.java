package io.otflow.engine.simd;

import io.otflow.flow.Rk4;

/** RK4 steps of the positions of a network's events. Allocates nothing after construction. */
final class Rk4Stepper {

  private final Network network;
  private final int size;
  private final float[] stage;
  private final float[] gradient;
  private final float[] next;

  Rk4Stepper(Network network) {
    this.network = network;
    size = network.floats(network.d);
    stage = network.rows(network.d);
    gradient = network.rows(network.gradientRows);
    next = network.rows(network.d);
  }

  /** Looks at a stage, right after the network was evaluated at it. */
  interface Stage {
    /**
     * Called at each stage.
     *
     * @param index of the stage, from 0
     * @param weight its share of the interval [0, 1]
     * @param input the stage's positions, d rows, only lent
     * @param gradient ∇ₛΦ there, the network's rows of it, only lent
     */
    void at(int index, float weight, float[] input, float[] gradient);
  }

  /**
   * Takes a step.
   *
   * @param z d rows, moved from time n/steps to (n+1)/steps
   * @param n the step, from 0
   * @param steps steps over the interval
   * @param observer looks at each stage
   */
  void step(float[] z, int n, int steps, Stage observer) {
    float step = 1f / steps;
    System.arraycopy(z, 0, stage, 0, size);
    System.arraycopy(z, 0, next, 0, size);
    for (int i = 0; i < Rk4.STAGES; i++) {
      network.gradient(stage, (float) ((n + Rk4.node(i)) / steps), gradient);
      float weight = (float) (Rk4.weight(i) / steps);
      observer.at(i, weight, stage, gradient);
      PanelOps.addScaled(-weight, gradient, size, next);
      PanelOps.scaledSum(z, -step * (float) Rk4.nextNode(i), gradient, size, stage);
    }
    System.arraycopy(next, 0, z, 0, size);
  }
}
