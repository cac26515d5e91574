package io.otflow.train;

/** Follows a training; called on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {

  /** Follows nothing, stops nothing. */
  TrainingListener NONE = progress -> true;

  /**
   * Called after every iteration, and when something out of the ordinary happened.
   *
   * @param progress where the training is
   * @return whether to go on; false ends it with a {@link TrainingException}
   */
  boolean onProgress(TrainingProgress progress);
}
