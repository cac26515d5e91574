package io.otflow.bench.soak;

import java.util.Optional;

/**
 * What a soak run came to.
 *
 * @param settings what it did
 * @param capacity events a second that the job scored when more were there, its trainings beside it
 * @param events events sent
 * @param missing events without a score
 * @param doubled scores of events that had one already
 * @param mixed scores that do not belong to one model alone
 * @param eventsPerSecond events a second in the steady time
 * @param steady latencies in the steady time
 * @param swaps swaps in it
 * @param aroundSwaps latencies in the 5 seconds around each of them
 * @param elsewhere the other latencies of the steady time
 * @param heapBefore bytes of heap in use after a collection, once the steady time had begun
 * @param heapAfter the same at its end
 * @param restarts restarts of the job
 * @param overload what the overload came to, if there was one
 */
public record SoakReport(
    SoakSettings settings,
    double capacity,
    long events,
    long missing,
    long doubled,
    long mixed,
    double eventsPerSecond,
    Latency steady,
    int swaps,
    Latency aroundSwaps,
    Latency elsewhere,
    long heapBefore,
    long heapAfter,
    int restarts,
    Optional<Overload> overload) {

  /**
   * What an overload came to.
   *
   * @param eventsPerSecond events a second that were sent
   * @param backlog most events that waited
   * @param heapPeak bytes of heap in use after a collection, while they waited
   * @param drainSeconds seconds from its end until none waited, with nothing more sent
   * @param after latencies at the steady load, after that
   */
  public record Overload(
      double eventsPerSecond, long backlog, long heapPeak, double drainSeconds, Latency after) {}

  /**
   * Whether the job has kept its promises.
   *
   * @return true if nothing was lost, doubled, or scored by a mix, there was a swap, the job never
   *     restarted, and the heap is no larger than it was, but for a half and 64 MB
   */
  public boolean sound() {
    return missing == 0
        && doubled == 0
        && mixed == 0
        && restarts == 0
        && swaps > 0
        && heapAfter <= heapBefore + heapBefore / 2 + (64L << 20);
  }
}
