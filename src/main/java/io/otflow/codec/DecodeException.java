package io.otflow.codec;

/**
 * Bytes that are not what they should be; the message says why, in one sentence of bounded length.
 */
public final class DecodeException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Bytes that were refused.
   *
   * @param message why
   */
  public DecodeException(String message) {
    super(Excerpt.of(message));
  }

  /**
   * Bytes that were refused.
   *
   * @param message why
   * @param cause what failed underneath
   */
  public DecodeException(String message, Throwable cause) {
    super(Excerpt.of(message), cause);
  }
}
