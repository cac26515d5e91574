package io.otflow.train;

import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;

/** Scores rows as the job does, on the CPU, with the default integrator. */
final class LogLikelihoods {

  /** Rows scored between rests. */
  private static final int PIECE = 64;

  private LogLikelihoods() {}

  /**
   * Scores rows.
   *
   * @param x rows × d, row-major, in the user's units
   * @param pace when to rest
   * @return a value a row, nats
   */
  static double[] of(ModelSnapshot model, double[] x, int rows, Pace pace)
      throws InterruptedException {
    int d = model.d();
    double[] logLikelihood = new double[rows];
    double[] piece = new double[PIECE * d];
    double[] values = new double[PIECE];
    try (LikelihoodEngine engine =
        Engines.create(Engines.AUTO, Integration.adaptive(0, Integration.DEFAULT_TOLERANCE))) {
      engine.load(model);
      for (int from = 0; from < rows; from += PIECE) {
        long start = System.nanoTime();
        int count = Math.min(PIECE, rows - from);
        System.arraycopy(x, from * d, piece, 0, count * d);
        engine.score(piece, count, values, null);
        System.arraycopy(values, 0, logLikelihood, from, count);
        pace.rest(start);
      }
    }
    return logLikelihood;
  }
}
