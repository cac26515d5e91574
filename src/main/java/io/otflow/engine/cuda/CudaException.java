package io.otflow.engine.cuda;

/** A call of the driver that failed; the message names the device, the call and what to do. */
public final class CudaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;

  CudaException(String message, int code) {
    super(message);
    this.code = code;
  }

  /**
   * The driver's number of the error.
   *
   * @return a CUresult
   */
  public int code() {
    return code;
  }
}
