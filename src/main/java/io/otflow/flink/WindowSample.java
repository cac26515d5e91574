package io.otflow.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What one subtask saw of one window: a uniform sample of the events with d features. A Flink POJO,
 * and the state of the operator that samples.
 */
public final class WindowSample {

  /** How it crosses the wire, and how it is kept in state. */
  public static final TypeInformation<WindowSample> TYPE = Types.POJO(WindowSample.class);

  /** First event time, milliseconds since 1970 (inclusive). */
  public long windowStart;

  /** Last event time, milliseconds since 1970 (exclusive). */
  public long windowEnd;

  /** Events with d features that were seen, sampled or not. */
  public long seen;

  /** Features of an event. */
  public int d;

  /** rows × d, row-major, in the order of {@link #priorities}; null in state of before. */
  public double[] exact;

  /** The same in 32 bits, as they were kept in state of before; null since. */
  public float[] rows;

  /** One a row, ascending: the smallest of all that were seen. */
  public long[] priorities;

  /** For Flink. */
  public WindowSample() {}

  /** The rows, whichever version kept them: rows × d, row-major; not copied. */
  double[] values() {
    if (exact == null) {
      exact = new double[rows.length];
      for (int i = 0; i < rows.length; i++) {
        exact[i] = rows[i];
      }
      rows = null;
    }
    return exact;
  }
}
