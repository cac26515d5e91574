package io.otflow.kafka;

/** A broker that could not be reached, or would not do what it was asked; one sentence. */
public final class BrokerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A failure of the broker.
   *
   * @param message what was asked, of whom, and what came back
   * @param cause what failed underneath
   */
  public BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
