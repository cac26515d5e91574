package io.otflow.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs what has processes and files of its own, so that they end also when the process is
 * interrupted, while they start too.
 */
final class UntilInterrupted {

  private static final long START_SECONDS = 60;

  private UntilInterrupted() {}

  /** What to do with what was started. */
  interface Body<S, T> {
    T run(S started) throws Exception;
  }

  /**
   * Starts it, uses it, and closes it.
   *
   * @param what what messages call it, such as "the demo"
   * @param start starts it; cleans up by itself where it fails
   * @param body what to do with it
   * @return what the body returns
   * @throws Exception what start and body throw, or one that says that it was interrupted
   */
  static <S extends Closeable, T> T run(String what, Callable<S> start, Body<S, T> body)
      throws Exception {
    AtomicBoolean interrupted = new AtomicBoolean();
    CompletableFuture<Optional<S>> started = new CompletableFuture<>();
    Thread cleanup =
        new Thread(
            () -> {
              interrupted.set(true);
              close(what, started);
            },
            "otflow-cleanup");
    remember(what, cleanup);
    try (S running = start.call()) {
      started.complete(Optional.of(running));
      return body.run(running);
    } catch (Exception | LinkageError e) {
      // What starts while the process ends fails in many ways, in its classes' initializers too.
      if (interrupted.get()) {
        throw new IOException(what + " was interrupted and has ended", e);
      }
      throw e;
    } finally {
      started.complete(Optional.empty());
      if (!interrupted.get()) {
        forget(cleanup);
      }
    }
  }

  private static <S extends Closeable> void close(
      String what, CompletableFuture<Optional<S>> started) {
    try {
      Optional<S> running = started.get(START_SECONDS, TimeUnit.SECONDS);
      if (running.isPresent()) {
        running.get().close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
      System.err.println("otflow: " + what + " could not be cleaned up: " + e);
    }
  }

  private static void remember(String what, Thread cleanup) throws IOException {
    try {
      Runtime.getRuntime().addShutdownHook(cleanup);
    } catch (IllegalStateException e) {
      throw new IOException(what + " was interrupted before it began", e);
    }
  }

  private static void forget(Thread cleanup) {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException e) {
      // The process is ending: what is closed is closed once more, which does nothing.
      return;
    }
  }
}
