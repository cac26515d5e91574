package io.otflow.bench.engine;

import io.otflow.engine.LikelihoodEngine;
import java.util.Arrays;

/** Rows in batches, around and around, so that small batches are not all of the same rows. */
final class Batches implements Runnable {

  private final LikelihoodEngine engine;
  private final double[] rows;
  private final int batch;
  private final double[] input;
  private final double[] logLikelihood;
  private final double[] error;
  private int next;
  private long scored;

  /**
   * Batches, from the first row on.
   *
   * @param engine scores them
   * @param rows row-major
   * @param d number of features
   * @param batch rows in a batch, at most as many as there are
   */
  Batches(LikelihoodEngine engine, double[] rows, int d, int batch) {
    this.engine = engine;
    this.rows = rows;
    this.batch = batch;
    input = new double[batch * d];
    logLikelihood = new double[batch];
    error = new double[batch];
  }

  /** Scores a batch. */
  @Override
  public void run() {
    if (next + input.length > rows.length) {
      next = 0;
    }
    System.arraycopy(rows, next, input, 0, input.length);
    next += input.length;
    engine.score(input, batch, logLikelihood, error);
    scored += batch;
  }

  /** Rows that were scored. */
  long rows() {
    return scored;
  }

  /** Mean error estimate of the last batch, nats. */
  double errorEstimate() {
    return Arrays.stream(error).average().orElse(Double.NaN);
  }
}
