package io.otflow.codec;

/** Bytes that are not what they should be; the message says why, in one sentence. */
public final class DecodeException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Bytes that were refused.
   *
   * @param message why
   */
  public DecodeException(String message) {
    super(message);
  }

  /**
   * Bytes that were refused.
   *
   * @param message why
   * @param cause what failed underneath
   */
  public DecodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
