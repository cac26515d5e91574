package io.otflow.kafka;

import java.util.Properties;
import java.util.concurrent.TimeoutException;

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
    return new BrokerException(
        "Kafka at "
            + client.get("bootstrap.servers")
            + ": could not "
            + what
            + ": "
            + (silent(cause)
                ? "no answer; is the broker running, and reachable from here?"
                : innermost(cause)),
        cause);
  }

  private static boolean silent(Throwable cause) {
    return cause instanceof TimeoutException
        || cause instanceof org.apache.kafka.common.errors.TimeoutException;
  }

  private static String innermost(Throwable cause) {
    Throwable t = cause;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
  }
}
