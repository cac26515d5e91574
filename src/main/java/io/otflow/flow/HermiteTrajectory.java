package io.otflow.flow;

import io.otflow.math.CubicHermite;

/**
 * Hermite interpolation of a trajectory of ż = −∇ₓΦ between equidistant times on [0, 1]: cubic, or
 * of degree four where a step's bend is known (see {@link Tsitouras5#bend(int)}).
 */
final class HermiteTrajectory {

  private final int d;
  private final int steps;
  private final double[][] position;
  private final double[][] velocity;
  private final double[][] bend;

  HermiteTrajectory(int d, int steps) {
    this.d = d;
    this.steps = steps;
    position = new double[steps + 1][d];
    velocity = new double[steps + 1][d];
    bend = new double[steps][d];
  }

  /** Steps on [0, 1]. */
  int steps() {
    return steps;
  }

  /** Sets what is known at time n/steps: z and ∇ₓΦ (copied; the velocity is its negative). */
  void set(int n, double[] z, double[] gradient) {
    for (int k = 0; k < d; k++) {
      position[n][k] = z[k];
      velocity[n][k] = -gradient[k];
    }
  }

  /** Sets what step n, from 0, adds to the cubic in its middle (copied). */
  void bend(int n, double[] middle) {
    System.arraycopy(middle, 0, bend[n], 0, d);
  }

  /** The step that a time in [0, 1] lies in. */
  int stepOf(double t) {
    return CubicHermite.stepOf(t, steps);
  }

  /**
   * The weights of the position at time t, within its step: of z at the start and at the end, and
   * of the velocity at the start and at the end.
   */
  double[] weights(double t) {
    double step = 1.0 / steps;
    double r = t * steps - stepOf(t);
    return new double[] {
      CubicHermite.startPosition(r),
      CubicHermite.endPosition(r),
      CubicHermite.startSlope(step, r),
      CubicHermite.endSlope(step, r)
    };
  }

  /** The position at time t in [0, 1]. */
  void at(double t, double[] z) {
    int n = stepOf(t);
    double[] w = weights(t);
    double bent = Tsitouras5.bend(t * steps - n);
    for (int k = 0; k < d; k++) {
      z[k] =
          w[0] * position[n][k]
              + w[1] * position[n + 1][k]
              + w[2] * velocity[n][k]
              + w[3] * velocity[n + 1][k]
              + bent * bend[n][k];
    }
  }
}
