package io.otflow.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A value of a feature that repeats exactly, far from all others: often it is a code for a missing
 * value.
 *
 * @param feature the feature's name
 * @param value the value
 * @param rows rows that have it
 */
public record Sentinel(String feature, double value, int rows) {

  /** Rows that share a value by chance, at most. */
  private static final int FEWEST = 3;

  private static final double FEWEST_SHARE = 1e-3;

  /** How far it lies from the others, in widths of their range. */
  private static final double FAR = 3;

  /** Values that the others have at least: of a flag or a code, any may be the rare one. */
  private static final int FEWEST_OTHERS = 20;

  /**
   * Looks at either end of each feature.
   *
   * @param names the d features
   * @param x rows × d, row-major
   * @param rows number of rows
   * @return what was found; O(d · n log n)
   */
  public static List<Sentinel> of(List<String> names, double[] x, int rows) {
    int d = names.size();
    List<Sentinel> found = new ArrayList<>();
    double[] column = new double[rows];
    for (int k = 0; k < d; k++) {
      for (int i = 0; i < rows; i++) {
        column[i] = x[i * d + k];
      }
      Arrays.sort(column);
      int low = 1;
      while (low < rows && column[low] == column[0]) {
        low++;
      }
      int high = 1;
      while (high < rows && column[rows - 1 - high] == column[rows - 1]) {
        high++;
      }
      if (distinct(column) <= FEWEST_OTHERS) {
        continue;
      }
      if (far(rows, low) && column[low] - column[0] > FAR * (column[rows - 1] - column[low])) {
        found.add(new Sentinel(names.get(k), column[0], low));
      }
      int last = rows - 1;
      if (far(rows, high)
          && column[last] - column[last - high] > FAR * (column[last - high] - column[0])) {
        found.add(new Sentinel(names.get(k), column[last], high));
      }
    }
    return found;
  }

  private static int distinct(double[] sorted) {
    int count = 1;
    for (int i = 1; i < sorted.length && count <= FEWEST_OTHERS; i++) {
      count += sorted[i] != sorted[i - 1] ? 1 : 0;
    }
    return count;
  }

  /** The finding as a sentence. */
  @Override
  public String toString() {
    return String.format(
        "'%s' is %s in %d rows, far from all others: a code for a missing value?",
        feature, text(), rows);
  }

  /**
   * The value as it would be written.
   *
   * @return whole numbers without a point
   */
  public String text() {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private static boolean far(int rows, int same) {
    return same >= Math.max(FEWEST, FEWEST_SHARE * rows) && same < rows / 2;
  }
}
