package io.otflow.engine;

/**
 * An engine that works on batches while its caller fills the next. Batches end in the order in
 * which they began.
 */
public interface PipelinedEngine extends LikelihoodEngine {

  /** The most rows of a batch. */
  int MAX_BATCH = 65_536;

  /**
   * Batches that may be under way at once.
   *
   * @return at least 1
   */
  int depth();

  /**
   * Batches that have begun and not ended.
   *
   * @return from 0 to {@link #depth}
   */
  int underWay();

  /**
   * Begins a batch: {@link #score} up to the results.
   *
   * @param x rows × d, row-major, in the user's units, all finite; not used any more when this
   *     returns
   * @param rows number of rows, from 1 to {@link #MAX_BATCH}
   * @throws IllegalStateException if no model was loaded, or {@link #depth} batches are under way
   * @throws IllegalArgumentException if x is too short, or one of its values is not finite
   */
  void begin(double[] x, int rows);

  /**
   * Waits for the oldest batch under way.
   *
   * @param logLikelihood receives one value a row, as in {@link #score}
   * @param errorEstimate receives one value a row; null where it is not wanted
   * @throws IllegalStateException if no batch is under way
   */
  void end(double[] logLikelihood, double[] errorEstimate);
}
