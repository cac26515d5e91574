package io.otflow.engine.simd;

import io.otflow.math.CubicHermite;

/** Cubic Hermite interpolation of panels, where the slope is the negative of a gradient. */
final class Hermite {

  private Hermite() {}

  /**
   * Weights of the position at a share of a step: of z at its start and end, and of the gradient at
   * its start and end.
   *
   * @param step length of the step
   * @param r share of the step, from 0 to 1
   * @param weights receives four numbers
   */
  static void weights(double step, double r, float[] weights) {
    weights[0] = (float) CubicHermite.startPosition(r);
    weights[1] = (float) CubicHermite.endPosition(r);
    weights[2] = (float) -CubicHermite.startSlope(step, r);
    weights[3] = (float) -CubicHermite.endSlope(step, r);
  }

  /**
   * Interpolates within a step.
   *
   * @param z holds positions
   * @param z0 where those at the start of the step begin
   * @param z1 where those at its end begin
   * @param g holds gradients
   * @param g0 where those at the start of the step begin
   * @param g1 where those at its end begin
   * @param n number of floats
   * @param weights by {@link #weights}
   * @param out receives n positions
   */
  static void interpolate(
      float[] z, int z0, int z1, float[] g, int g0, int g1, int n, float[] weights, float[] out) {
    float h00 = weights[0];
    float h01 = weights[1];
    float h10 = weights[2];
    float h11 = weights[3];
    for (int p = 0; p < n; p++) {
      out[p] = h00 * z[z0 + p] + h10 * g[g0 + p] + h01 * z[z1 + p] + h11 * g[g1 + p];
    }
  }
}
