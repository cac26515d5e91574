package io.otflow.kafka;

/** A topic that does not exist; one sentence that names it and the brokers. */
public final class MissingTopicException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A topic that was not found.
   *
   * @param message which, and where
   */
  public MissingTopicException(String message) {
    super(message);
  }
}
