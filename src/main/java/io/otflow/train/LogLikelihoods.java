package io.otflow.train;

import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;

/** Scores rows as the job does, on the CPU, with the default integrator. */
final class LogLikelihoods {

  private LogLikelihoods() {}

  /**
   * Scores rows.
   *
   * @param x rows × d, row-major, in the user's units
   * @return a value a row, nats
   */
  static double[] of(ModelSnapshot model, double[] x, int rows) {
    double[] logLikelihood = new double[rows];
    try (LikelihoodEngine engine =
        Engines.create(Engines.AUTO, Integration.adaptive(0, Integration.DEFAULT_TOLERANCE))) {
      engine.load(model);
      engine.score(x, rows, logLikelihood, null);
    }
    return logLikelihood;
  }
}
