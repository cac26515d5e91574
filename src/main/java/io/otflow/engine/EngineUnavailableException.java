package io.otflow.engine;

/** An engine that cannot run on this machine; the message says why and what to do. */
public final class EngineUnavailableException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * An engine that cannot run here.
   *
   * @param message one sentence
   */
  public EngineUnavailableException(String message) {
    super(message);
  }
}
