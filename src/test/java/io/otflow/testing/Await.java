package io.otflow.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what will come. */
public final class Await {

  /** Far longer than anything takes. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Await() {}

  /** Something that becomes true. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Waits until a condition holds.
   *
   * @param what what is waited for, in the message if it does not come
   * @param condition asked every 20 ms
   */
  public static void until(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(what + " did not come in " + PATIENCE.toMinutes() + " minutes");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
