package io.otflow.flink;

import java.io.Serializable;

/**
 * What SAMPLE and TRAIN agree on.
 *
 * @param windowMillis length of a tumbling window of event time, milliseconds; 0 if windows are
 *     counted
 * @param everyEvents events in a counted window; 0 if windows are of event time
 * @param size most rows of a sample: those that are trained on and those that calibrate
 * @param seed seed of the sampling
 * @param parts how many parts a window is sampled in: 1, or more where a drift cuts it short
 */
public record SampleSettings(long windowMillis, long everyEvents, int size, long seed, int parts)
    implements Serializable {

  /**
   * Rows that calibrate, where nothing else is asked for: 54,000 rows of 8 features are 4.1 MB of a
   * subtask's state, of 43 features 19 MB.
   */
  public static final int DEFAULT_CALIBRATION_ROWS = 50_000;

  /** Parts of a window that a drift cuts short. */
  private static final int PARTS_TO_CUT = 8;

  /** Parts after a drift that are trained on early: a quarter of a window. */
  private static final int EARLY_PARTS = 2;

  /**
   * Windows that nothing cuts short.
   *
   * @param windowMillis length of a tumbling window of event time, milliseconds; 0 if windows are
   *     counted
   * @param everyEvents events in a counted window; 0 if windows are of event time
   * @param size most rows of a sample
   * @param seed seed of the sampling
   */
  public SampleSettings(long windowMillis, long everyEvents, int size, long seed) {
    this(windowMillis, everyEvents, size, seed, 1);
  }

  /**
   * The same windows, which a drift cuts short.
   *
   * @return a copy
   */
  public SampleSettings cutByDrift() {
    return new SampleSettings(windowMillis, everyEvents, size, seed, PARTS_TO_CUT);
  }

  /**
   * Whether a drift cuts windows short.
   *
   * @return false if they are all of one length
   */
  public boolean isCutByDrift() {
    return parts > 1;
  }

  /**
   * Whether a window ends after a number of events.
   *
   * @return false if it ends by event time
   */
  public boolean counted() {
    return everyEvents > 0;
  }

  /** Start of the window of a time, milliseconds since 1970. */
  long windowStart(long time) {
    long offset = Math.floorMod(time, windowMillis);
    return time < Long.MIN_VALUE + offset ? Long.MIN_VALUE : time - offset;
  }

  /** End of the window of a time, milliseconds since 1970 (exclusive). */
  long windowEnd(long time) {
    return saturatedSum(windowStart(time), windowMillis);
  }

  /** Start of the part of a window that a time is in, milliseconds since 1970. */
  long partStart(long time) {
    long start = windowStart(time);
    return start + (time - start) / partMillis() * partMillis();
  }

  /** End of the part of a window that a time is in, milliseconds since 1970 (exclusive). */
  long partEnd(long time) {
    return Math.min(saturatedSum(partStart(time), partMillis()), windowEnd(time));
  }

  /** Events in a part of a counted window. */
  long partEvents() {
    return (everyEvents + parts - 1) / parts;
  }

  /** Where what came since a drift is enough to train on, milliseconds since 1970 (exclusive). */
  long earlyEnd(long drift) {
    long end = partEnd(drift);
    for (int part = 0; part < EARLY_PARTS; part++) {
      end = partEnd(end);
    }
    return end;
  }

  /** How many events since a drift are enough to train on, where windows are counted. */
  long earlyEvents() {
    return Math.min(everyEvents, EARLY_PARTS * partEvents());
  }

  private long partMillis() {
    return (windowMillis + parts - 1) / parts;
  }

  private static long saturatedSum(long time, long millis) {
    return time > Long.MAX_VALUE - millis ? Long.MAX_VALUE : time + millis;
  }
}
