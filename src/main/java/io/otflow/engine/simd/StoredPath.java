package io.otflow.engine.simd;

import io.otflow.flow.AdaptiveFlow;

/**
 * The trajectories of a tile of events at all steps, to be interpolated: RK4 with n and with n/2
 * steps, as in {@code flow.AdaptiveFlow}. An event can move to another tile's path. Allocates
 * nothing after construction; (2(n+1) + n/2 + 1)·d floats a lane.
 */
final class StoredPath {

  private static final int T = Lanes.TILE;

  private static final float RICHARDSON = (float) (1 / AdaptiveFlow.RICHARDSON);

  private final int d;
  private final int steps;

  /** Positions and gradients at times 0, 1/n … 1: panels of d rows, one after the other. */
  private final float[] position;

  private final float[] gradient;

  /** Richardson's correction at times 0, 2/n … 1. */
  private final float[] correction;

  private final TileStepper.Stage keepStart = this::keepStart;
  private final TileStepper.Stage keepNothing = (index, weight, input, slope) -> {};
  private int writeOffset;

  StoredPath(int d, int steps) {
    this.d = d;
    this.steps = steps;
    position = new float[(steps + 1) * d * T];
    gradient = new float[(steps + 1) * d * T];
    correction = new float[(steps / 2 + 1) * d * T];
  }

  /**
   * Integrates from x.
   *
   * @param stepper takes the steps
   * @param x panel of d rows, not changed
   * @param z work space, panel of d rows
   */
  void run(TileStepper stepper, float[] x, float[] z) {
    int size = d * T;
    System.arraycopy(x, 0, z, 0, size);
    for (int n = 0; n <= steps; n++) {
      System.arraycopy(z, 0, position, n * size, size);
      if (n < steps) {
        writeOffset = n * size;
        stepper.step(z, n, steps, keepStart);
      }
    }
    System.arraycopy(stepper.gradientAt(z, 1), 0, gradient, steps * size, size);
    System.arraycopy(x, 0, z, 0, size);
    for (int n = 0; n <= steps / 2; n++) {
      for (int p = 0; p < size; p++) {
        correction[n * size + p] = (position[2 * n * size + p] - z[p]) * RICHARDSON;
      }
      if (n < steps / 2) {
        stepper.step(z, n, steps / 2, keepNothing);
      }
    }
  }

  private void keepStart(int index, float weight, float[] input, float[] slope) {
    if (index == 0) {
      System.arraycopy(slope, 0, gradient, writeOffset, d * T);
    }
  }

  /** Takes over one event. */
  void copyLane(StoredPath from, int lane, int toLane) {
    copyRows(from.position, position, lane, toLane);
    copyRows(from.gradient, gradient, lane, toLane);
    copyRows(from.correction, correction, lane, toLane);
  }

  private static void copyRows(float[] from, float[] to, int lane, int toLane) {
    for (int p = 0; p < from.length; p += T) {
      to[p + toLane] = from[p + lane];
    }
  }

  /** The corrected positions at a time, into a panel of d rows. */
  void at(double t, float[] z) {
    int size = d * T;
    int n = Math.min((int) (t * steps), steps - 1);
    Hermite.interpolate(
        position,
        gradient,
        position,
        gradient,
        n * size,
        (n + 1) * size,
        size,
        1.0 / steps,
        t * steps - n,
        z);
    int half = steps / 2;
    int c = Math.min((int) (t * half), half - 1);
    float share = (float) (t * half - c);
    for (int p = 0; p < size; p++) {
      z[p] += (1 - share) * correction[c * size + p] + share * correction[(c + 1) * size + p];
    }
  }

  /** Feature k of an event at t = 1, corrected. */
  double end(int k, int lane) {
    return (double) position[(steps * d + k) * T + lane] + endCorrection(k, lane);
  }

  /** What was added to it. */
  double endCorrection(int k, int lane) {
    return correction[(steps / 2 * d + k) * T + lane];
  }
}
