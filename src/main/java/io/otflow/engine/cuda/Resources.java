package io.otflow.engine.cuda;

import io.otflow.engine.DeviceException;

/** Frees several things, the last as well when the first fails. */
final class Resources {

  /** What is freed. */
  @FunctionalInterface
  interface Resource extends AutoCloseable {
    @Override
    void close();
  }

  private Resources() {}

  /**
   * Frees all.
   *
   * @param resources what is freed, in order; null is left out
   * @throws DeviceException the first failure, with the others suppressed
   */
  static void closeAll(Resource... resources) {
    DeviceException failure = null;
    for (Resource resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (DeviceException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
