package io.otflow.testing;

import io.otflow.local.SyntheticStream;

/** Rows of the synthetic stream with their labels, as a CSV file has them. */
public final class LabelledRows {

  private LabelledRows() {}

  /**
   * Rows, and a header before them.
   *
   * @param from number of the first one
   * @param count how many
   * @return the file's text; the label's column is {@code label}, 1 for an anomaly
   */
  public static String csv(int from, int count) {
    SyntheticStream stream = new SyntheticStream(1_000_000, 1);
    StringBuilder text = new StringBuilder("a,b,c,d,e,f,g,h,label\n");
    for (int i = from; i < from + count; i++) {
      for (double x : stream.features(i)) {
        text.append(x).append(',');
      }
      text.append(stream.anomaly(i) ? 1 : 0).append('\n');
    }
    return text.toString();
  }
}
