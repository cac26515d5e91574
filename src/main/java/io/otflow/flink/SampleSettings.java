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
 */
public record SampleSettings(long windowMillis, long everyEvents, int size, long seed)
    implements Serializable {

  /**
   * Rows that calibrate, where nothing else is asked for: 54,000 rows of 8 features are 2.4 MB of a
   * subtask's state, of 43 features 10 MB.
   */
  public static final int DEFAULT_CALIBRATION_ROWS = 50_000;

  /**
   * Whether a window ends after a number of events.
   *
   * @return false if it ends by event time
   */
  public boolean counted() {
    return everyEvents > 0;
  }
}
