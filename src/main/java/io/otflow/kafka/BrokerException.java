package io.otflow.kafka;

import java.util.Properties;

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

  /**
   * A request that failed.
   *
   * @param what what could not be done, such as {@code read topic 'scores'}
   * @param client properties of the client, bootstrap.servers among them
   * @param cause what the client threw
   * @return the exception that says so
   */
  public static BrokerException of(String what, Properties client, Throwable cause) {
    ClientFailure failure = new ClientFailure(client, cause);
    return new BrokerException(
        "Kafka at "
            + client.get("bootstrap.servers")
            + ": could not "
            + what
            + ": "
            + failure.reason(),
        failure.repeatsLogin() ? null : cause);
  }
}
