package io.otflow.flow;

/** Cubic Hermite interpolation of a trajectory of ż = −∇ₓΦ between equidistant times on [0, 1]. */
final class HermiteTrajectory {

  private final int d;
  private final int steps;
  private final double[][] position;
  private final double[][] velocity;

  HermiteTrajectory(int d, int steps) {
    this.d = d;
    this.steps = steps;
    position = new double[steps + 1][d];
    velocity = new double[steps + 1][d];
  }

  /** Sets what is known at time n/steps: z and ∇ₓΦ (copied; the velocity is its negative). */
  void set(int n, double[] z, double[] gradient) {
    for (int k = 0; k < d; k++) {
      position[n][k] = z[k];
      velocity[n][k] = -gradient[k];
    }
  }

  /** The position at time t in [0, 1]. */
  void at(double t, double[] z) {
    int n = Math.min((int) (t * steps), steps - 1);
    double step = 1.0 / steps;
    double r = t * steps - n;
    double h00 = (1 + 2 * r) * (1 - r) * (1 - r);
    double h10 = r * (1 - r) * (1 - r);
    double h01 = r * r * (3 - 2 * r);
    double h11 = r * r * (r - 1);
    for (int k = 0; k < d; k++) {
      z[k] =
          h00 * position[n][k]
              + h10 * step * velocity[n][k]
              + h01 * position[n + 1][k]
              + h11 * step * velocity[n + 1][k];
    }
  }
}
