package io.otflow.engine;

/** A model that an engine has no room for, though it can run here; the message says what to do. */
public final class UnsupportedModelException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * A model that does not fit.
   *
   * @param message one sentence
   */
  public UnsupportedModelException(String message) {
    super(message);
  }
}
