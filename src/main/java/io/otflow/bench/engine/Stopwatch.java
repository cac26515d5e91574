package io.otflow.bench.engine;

import java.lang.management.ManagementFactory;

/**
 * Times work that can be repeated: as long a warm-up as the measurement, then the fastest of
 * several rounds, the one that other work on the machine disturbed least.
 */
final class Stopwatch {

  private static final int ROUNDS = 5;
  private static final int FEWEST_CALLS = 1;

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
    double perCall = run(work, seconds, FEWEST_CALLS);
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
