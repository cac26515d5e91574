package io.otflow.train;

/** Training that ended without a model; the message says why, in one sentence. */
public final class TrainingException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * A training that failed.
   *
   * @param message why
   */
  public TrainingException(String message) {
    super(message);
  }
}
