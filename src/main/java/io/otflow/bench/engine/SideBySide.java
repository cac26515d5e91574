package io.otflow.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** The same work on several threads at once, each with state of its own. */
final class SideBySide {

  private SideBySide() {}

  /**
   * Calls of all threads together a second, in a window in which all of them work.
   *
   * @param threads number of threads
   * @param seconds length of the window; as long a warm-up goes before
   * @param worker makes the work of a thread, on that thread
   */
  static double callsPerSecond(int threads, double seconds, Supplier<Runnable> worker) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long begin = System.nanoTime() + (long) (seconds * 1e9);
      long end = begin + (long) (seconds * 1e9);
      List<Future<Double>> rates = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        rates.add(pool.submit(() -> rate(worker.get(), begin, end)));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measured call failed: " + e.getCause(), e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** Calls a second of those that begin in the window. */
  private static double rate(Runnable work, long begin, long end) {
    do {
      work.run();
    } while (System.nanoTime() < begin);
    long start = System.nanoTime();
    long calls = 0;
    long now;
    do {
      work.run();
      calls++;
      now = System.nanoTime();
    } while (now < end);
    return calls * 1e9 / (now - start);
  }
}
