package io.otflow.engine.simd;

/** Cubic Hermite interpolation of panels, where the slope is the negative of a gradient. */
final class Hermite {

  private Hermite() {}

  /**
   * Interpolates within a step.
   *
   * @param z0 positions at the start
   * @param g0 gradients at the start
   * @param z1 positions at the end
   * @param g1 gradients at the end
   * @param from where the start's values begin in z0 and g0
   * @param to where the end's values begin in z1 and g1
   * @param n number of floats, a multiple of the tile
   * @param step length of the step
   * @param r share of the step, from 0 to 1
   * @param out receives n positions
   */
  static void interpolate(
      float[] z0,
      float[] g0,
      float[] z1,
      float[] g1,
      int from,
      int to,
      int n,
      double step,
      double r,
      float[] out) {
    float h00 = (float) ((1 + 2 * r) * (1 - r) * (1 - r));
    float h10 = (float) (-step * r * (1 - r) * (1 - r));
    float h01 = (float) (r * r * (3 - 2 * r));
    float h11 = (float) (step * r * r * (1 - r));
    for (int p = 0; p < n; p++) {
      out[p] = h00 * z0[from + p] + h10 * g0[from + p] + h01 * z1[to + p] + h11 * g1[to + p];
    }
  }
}
