package io.otflow.flow;

import io.otflow.model.ModelSnapshot;
import java.util.Random;

/** Draws rows from a model's density. Not thread-safe. */
public final class Sampler {

  private final ModelSnapshot model;
  private final Flow flow;
  private final int steps;
  private final Random random;
  private final double[] z;

  /**
   * A sampler.
   *
   * @param model the model
   * @param steps Runge-Kutta steps, at least 1
   * @param seed seed of the draws
   */
  public Sampler(ModelSnapshot model, int steps, long seed) {
    this.model = model;
    this.steps = steps;
    flow = new Flow(model.architecture(), model.parameters().toDoubles());
    random = new Random(seed);
    z = new double[model.d()];
  }

  /**
   * Draws a row.
   *
   * @param row receives d values, in the user's units
   */
  public void next(double[] row) {
    for (int k = 0; k < z.length; k++) {
      z[k] = random.nextGaussian();
    }
    double[] seen = flow.inverse(z, steps);
    model.front().invert(seen);
    System.arraycopy(seen, 0, row, 0, seen.length);
  }
}
