package io.otflow.engine;

/** A device that failed; the message names it, what was asked of it, and what to do. */
public final class DeviceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * A failure.
   *
   * @param message one sentence
   * @param code the driver's number of the error
   */
  public DeviceException(String message, int code) {
    super(message);
    this.code = code;
  }

  /**
   * The driver's number of the error.
   *
   * @return not 0
   */
  public int code() {
    return code;
  }
}
