package io.otflow.engine.simd;

import io.otflow.flow.Tsitouras5;

/**
 * The trajectories of a network's events by {@link Tsitouras5}: positions, gradients and bends of
 * all steps, to be interpolated, and the sum of the embedded errors. An event can move to another
 * path of as many steps, whatever its width. Allocates nothing after construction; (3n + 3)·d
 * floats an event.
 */
final class StoredPath {

  private final int d;
  private final int steps;
  private final int width;

  /** Floats of d rows. */
  private final int size;

  /** Positions and gradients at times 0, 1/n … 1: d rows, one after the other. */
  private final float[] position;

  private final float[] gradient;

  /** What each step adds to the cubic in its middle: d rows, one after the other. */
  private final float[] bend;

  /** Sum of the steps' embedded errors: d rows. */
  private final float[] error;

  private final float[] weights = new float[4];

  StoredPath(Network network, int steps) {
    this.steps = steps;
    d = network.d;
    width = network.width();
    size = network.floats(d);
    position = new float[(steps + 1) * size];
    gradient = new float[(steps + 1) * size];
    bend = new float[steps * size];
    error = new float[size];
  }

  /**
   * Integrates from x.
   *
   * @param stepper takes the steps
   * @param x d rows, not changed
   */
  void run(TsitourasStepper stepper, float[] x) {
    stepper.start(x, error);
    for (int n = 0; n <= steps; n++) {
      if (n > 0) {
        stepper.step(n - 1, steps, error);
        stepper.copyBendTo(bend, (n - 1) * size);
      }
      stepper.copyTo(position, gradient, n * size);
    }
  }

  /** Takes over one event. */
  void copyEvent(StoredPath from, int event, int toEvent) {
    for (int n = 0; n <= steps; n++) {
      for (int k = 0; k < d; k++) {
        int p = n * size + k * width + toEvent;
        int q = n * from.size + k * from.width + event;
        position[p] = from.position[q];
        gradient[p] = from.gradient[q];
        if (n < steps) {
          bend[p] = from.bend[q];
        }
      }
    }
    for (int k = 0; k < d; k++) {
      error[k * width + toEvent] = from.error[k * from.width + event];
    }
  }

  /** The positions at a time: d rows. */
  void at(double t, float[] z) {
    int n = Math.min((int) (t * steps), steps - 1);
    double r = t * steps - n;
    Hermite.weights(1.0 / steps, r, weights);
    int start = n * size;
    int end = start + size;
    Hermite.interpolate(position, start, end, gradient, start, end, size, weights, z);
    PanelOps.addScaled((float) Tsitouras5.bend(r), bend, start, size, z);
  }

  /** ‖z(1)‖² of an event. */
  double endSquare(int event) {
    return square(position, steps * size + event);
  }

  /** ‖e‖² of an event. */
  double errorSquare(int event) {
    return square(error, event);
  }

  private double square(float[] a, int offset) {
    double sum = 0;
    for (int k = 0; k < d; k++) {
      double value = a[offset + k * width];
      sum += value * value;
    }
    return sum;
  }
}
