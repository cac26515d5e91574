package io.otflow.detect;

import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;

/**
 * What makes an event improbable: for each feature, the nats that the event would gain if that
 * feature alone could be another value, the best one, and all others stayed as they are. A feature
 * that is ordinary by itself, and only does not go with the others, is found by it. Not
 * thread-safe.
 *
 * <p>The best value is looked for on a grid of {@value #GRID} values over ±{@value #SPAN} standard
 * deviations around the mean, so that a gain may be a little too small, and is never too large.
 * Costs d·{@value #GRID} scores an event, and allocates nothing but what it returns.
 */
public final class FeatureGains {

  private static final int GRID = 49;
  private static final double SPAN = 4;

  private final LikelihoodEngine engine;
  private final double[][] grid;
  private final double[] rows;
  private final double[] logLikelihood;

  /**
   * Gains under a model.
   *
   * @param engine an engine that has loaded the model
   * @param model the model
   */
  public FeatureGains(LikelihoodEngine engine, ModelSnapshot model) {
    this.engine = engine;
    FeatureScaling scaling = model.front().scaling();
    int d = scaling.d();
    grid = new double[d][GRID];
    for (int k = 0; k < d; k++) {
      for (int g = 0; g < GRID; g++) {
        double standardized = SPAN * (2.0 * g / (GRID - 1) - 1);
        grid[k][g] = scaling.mean()[k] + scaling.scale()[k] * standardized;
      }
    }
    rows = new double[(d * GRID + 1) * d];
    logLikelihood = new double[d * GRID + 1];
  }

  /**
   * The gains of an event.
   *
   * @param x d features in the user's units; not changed
   * @return d gains in nats, at least 0; infinite where the event's density is 0 and would not be
   */
  public double[] of(double[] x) {
    int d = grid.length;
    int row = 0;
    for (int k = 0; k < d; k++) {
      for (int g = 0; g < GRID; g++, row++) {
        System.arraycopy(x, 0, rows, row * d, d);
        rows[row * d + k] = grid[k][g];
      }
    }
    System.arraycopy(x, 0, rows, row * d, d);
    engine.score(rows, row + 1, logLikelihood, null);
    double own = logLikelihood[row];
    double[] gains = new double[d];
    for (int k = 0; k < d; k++) {
      for (int g = 0; g < GRID; g++) {
        double free = logLikelihood[k * GRID + g];
        if (free > own) {
          gains[k] = Math.max(gains[k], free - own);
        }
      }
    }
    return gains;
  }
}
