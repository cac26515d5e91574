package io.otflow.bench.engine;

import java.lang.management.ManagementFactory;

/**
 * Times work that can be repeated: a warm-up at least as long as the measurement, until it gets no
 * faster, then the fastest of several rounds, the one that other work on the machine disturbed
 * least.
 */
final class Stopwatch {

  private static final int ROUNDS = 5;
  private static final int FEWEST_CALLS = 1;

  /** Windows of the warm-up, half as long as the measurement each. */
  private static final int MOST_WINDOWS = 40;

  /** A window that took less than this share of the one before shows code still being compiled. */
  private static final double SPEED_UP = 0.9;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final double seconds;

  Stopwatch(double seconds) {
    this.seconds = seconds;
  }

  /**
   * What a call took.
   *
   * @param seconds of a call, in the fastest round
   * @param bytes that a call allocated on this thread, on average over all rounds
   */
  record Call(double seconds, double bytes) {}

  /** Times calls of work. */
  Call time(Runnable work) {
    double perCall = warmUp(work);
    long calls = Math.max(FEWEST_CALLS, Math.round(seconds / ROUNDS / perCall));
    double best = Double.POSITIVE_INFINITY;
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    int rounds = 0;
    long start = System.nanoTime();
    while (rounds == 0 || (rounds < ROUNDS && elapsed(start) < 2 * seconds)) {
      best = Math.min(best, run(work, 0, calls));
      rounds++;
    }
    double bytes = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / (double) calls / rounds;
    return new Call(best, bytes);
  }

  /** Returns the seconds of a call at its end. */
  private double warmUp(Runnable work) {
    double perCall = Double.POSITIVE_INFINITY;
    double before;
    int windows = 0;
    do {
      before = perCall;
      perCall = run(work, seconds / 2, FEWEST_CALLS);
      windows++;
    } while (perCall < SPEED_UP * before && windows < MOST_WINDOWS);
    return perCall;
  }

  /** Calls work for a time and a number of times at least; returns seconds a call. */
  private static double run(Runnable work, double seconds, long calls) {
    long done = 0;
    long start = System.nanoTime();
    while (done < calls || elapsed(start) < seconds) {
      work.run();
      done++;
    }
    return elapsed(start) / done;
  }

  private static double elapsed(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
