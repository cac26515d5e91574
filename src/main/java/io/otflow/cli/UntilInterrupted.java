package io.otflow.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/** Runs what has a broker and a cluster, so that they end also when the process is interrupted. */
final class UntilInterrupted {

  private UntilInterrupted() {}

  /**
   * Runs.
   *
   * @param what what messages call it, such as "the demo"
   * @param run closed when the process is interrupted
   * @param closed whether it was closed
   * @param body what to do with it
   * @return what the body returns
   * @throws Exception what the body throws, or one that says that it was interrupted
   */
  static <T> T run(String what, Closeable run, BooleanSupplier closed, Callable<T> body)
      throws Exception {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> closeQuietly(what, run), "otflow-cleanup"));
    try {
      return body.call();
    } catch (Exception e) {
      if (closed.getAsBoolean()) {
        throw new IOException(what + " was interrupted, its broker and cluster are stopped", e);
      }
      throw e;
    }
  }

  private static void closeQuietly(String what, Closeable run) {
    try {
      run.close();
    } catch (IOException e) {
      System.err.println("otflow: " + what + " could not be cleaned up: " + e);
    }
  }
}
