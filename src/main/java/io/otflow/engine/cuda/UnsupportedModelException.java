package io.otflow.engine.cuda;

/** A model whose shape a device has no room for. */
public final class UnsupportedModelException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  UnsupportedModelException(String message) {
    super(message);
  }
}
