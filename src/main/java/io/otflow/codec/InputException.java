package io.otflow.codec;

/**
 * Input of a user that cannot be used: a missing file, a text cell, a model cut in half. The
 * message is one sentence of bounded length that names the place, and the fix where there is one.
 */
public final class InputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Input that was refused.
   *
   * @param message what is wrong, and where
   */
  public InputException(String message) {
    super(Excerpt.of(message));
  }

  /**
   * Input that was refused.
   *
   * @param message what is wrong, and where
   * @param cause what failed underneath
   */
  public InputException(String message, Throwable cause) {
    super(Excerpt.of(message), cause);
  }
}
