package io.otflow.engine;

import io.otflow.model.ModelSnapshot;
import java.util.Optional;

/**
 * Scores batches of rows under a model. An engine belongs to one thread at a time; load, then score
 * as often as you like, load again to swap.
 */
public interface LikelihoodEngine extends AutoCloseable {

  /**
   * The name that it is asked for by, such as {@code simd}.
   *
   * @return the name
   */
  String name();

  /**
   * What it is and what it runs on, for people.
   *
   * @return one line, such as {@code simd}
   */
  default String description() {
    return name();
  }

  /**
   * The same engine, if with the model that is loaded it can work on batches while the next is
   * filled.
   *
   * @return itself, or nothing
   */
  default Optional<PipelinedEngine> pipelined() {
    return Optional.empty();
  }

  /**
   * Takes a model, in place of the one before.
   *
   * @param model the model
   * @throws UnsupportedModelException if the engine has no room for it; the one before is gone
   */
  void load(ModelSnapshot model);

  /**
   * Log-likelihoods log p(x) of rows, in nats per row, in the user's units. A row's result does not
   * depend on its neighbours. A finite row whose trajectory leaves the range of floating-point
   * numbers has negative infinity; the result is never NaN.
   *
   * @param x rows × d, row-major, in the user's units, all finite
   * @param rows number of rows, at least 0
   * @param logLikelihood receives one value a row
   * @param errorEstimate receives the estimated error of each value, nats: NaN where the integrator
   *     has no estimate; null where it is not wanted
   * @throws IllegalStateException if no model was loaded
   * @throws IllegalArgumentException if an array is too short, or a value of x is not finite
   */
  void score(double[] x, int rows, double[] logLikelihood, double[] errorEstimate);

  /** Frees what the engine holds. */
  @Override
  void close();
}
