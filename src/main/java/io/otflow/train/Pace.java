package io.otflow.train;

import java.io.Serializable;
import java.util.concurrent.TimeUnit;

/**
 * How much of the time a training works. After each piece of work, some milliseconds long, it rests
 * in proportion, so that what runs beside it finds cores, caches and memory free again and again. A
 * low priority alone does not give that: it decides who gets a core, not what the cores share.
 *
 * @param share the share of the time that each of its threads works, in (0, 1]
 */
public record Pace(double share) implements Serializable {

  /** Never rests. */
  public static final Pace FULL = new Pace(1);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the share is not in (0, 1]
   */
  public Pace {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + ", expected in (0, 1]");
    }
  }

  /**
   * Rests after a piece of work, given when it started, as of {@link System#nanoTime}; not at all
   * at the full pace.
   *
   * @throws InterruptedException if the thread was interrupted, at the full pace too
   */
  void rest(long startedNanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the training was interrupted");
    }
    long worked = System.nanoTime() - startedNanos;
    TimeUnit.NANOSECONDS.sleep((long) (worked * (1 / share - 1)));
  }
}
