package io.otflow.engine.simd;

import io.otflow.flow.Rk4;
import java.util.Arrays;

/** RK4 steps of the positions of a tile of events. Allocates nothing after construction. */
final class TileStepper {

  private static final int T = Lanes.TILE;

  private final TileNetwork network;
  private final int d;
  private final float[] s;
  private final float[] gradient;
  private final float[] next;

  TileStepper(TileNetwork network) {
    this.network = network;
    d = network.d;
    s = Lanes.panel(d + 1);
    gradient = Lanes.panel(d + 1);
    next = Lanes.panel(d);
  }

  /** Looks at a stage, right after the network was evaluated at it. */
  interface Stage {
    /**
     * Called at each stage.
     *
     * @param index of the stage, from 0
     * @param weight its share of the interval [0, 1]
     * @param input the stage's positions, the first d rows of a panel, only lent
     * @param gradient ∇ₛΦ there, a panel of d + 1 rows, only lent
     */
    void at(int index, float weight, float[] input, float[] gradient);
  }

  /**
   * Takes a step.
   *
   * @param z panel of d rows, moved from time n/steps to (n+1)/steps
   * @param n the step, from 0
   * @param steps steps over the interval
   * @param stage looks at each stage
   */
  void step(float[] z, int n, int steps, Stage stage) {
    float step = 1f / steps;
    System.arraycopy(z, 0, s, 0, d * T);
    System.arraycopy(z, 0, next, 0, d * T);
    for (int i = 0; i < Rk4.STAGES; i++) {
      Arrays.fill(s, d * T, (d + 1) * T, (float) ((n + Rk4.node(i)) / steps));
      network.gradient(s, gradient);
      float weight = (float) (Rk4.weight(i) / steps);
      stage.at(i, weight, s, gradient);
      PanelOps.addScaled(-weight, gradient, d * T, next);
      PanelOps.scaledSum(z, -step * (float) Rk4.nextNode(i), gradient, d * T, s);
    }
    System.arraycopy(next, 0, z, 0, d * T);
  }

  /**
   * ∇ₛΦ at a position.
   *
   * @param z panel of d rows
   * @param t time
   * @return panel of d + 1 rows, valid until the next call
   */
  float[] gradientAt(float[] z, double t) {
    place(z, t);
    network.gradient(s, gradient);
    return gradient;
  }

  /**
   * The trace at a position.
   *
   * @param z panel of d rows
   * @param t time
   * @param trace receives one number a lane
   */
  void traceAt(float[] z, double t, float[] trace) {
    place(z, t);
    network.forward(s);
    network.backward();
    network.trace(trace);
  }

  /** s = (z, t). */
  private void place(float[] z, double t) {
    System.arraycopy(z, 0, s, 0, d * T);
    Arrays.fill(s, d * T, (d + 1) * T, (float) t);
  }
}
