package io.otflow.codec;

import java.util.Locale;
import java.util.Set;

/** What a cell of a CSV file is. */
public final class Cells {

  private static final Set<String> NOT_FINITE =
      Set.of("nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity");

  /** What stands for no value in files of many origins, in lower case. */
  private static final Set<String> MISSING =
      Set.of("", "-", "?", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "\\n");

  private Cells() {}

  /**
   * Whether a cell stands for no value.
   *
   * @param cell the cell
   * @return true for an empty one, and for words such as NA and null
   */
  public static boolean missing(String cell) {
    return MISSING.contains(cell.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * The number that a cell holds, in decimal.
   *
   * @param cell the cell
   * @return its number; NaN where it is none, or not a finite one
   */
  public static double number(String cell) {
    String text = cell.strip();
    if (text.isEmpty()) {
      return Double.NaN;
    }
    // Java's own parser also takes 1f, 1d and NaN; a decimal number ends in a digit or a point.
    char last = text.charAt(text.length() - 1);
    if (!((last >= '0' && last <= '9') || last == '.')
        || text.indexOf('x') >= 0
        || text.indexOf('X') >= 0) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Whether a cell is words: neither empty, nor a number, nor one of the numbers' odd values. */
  static boolean text(String cell) {
    String text = cell.strip();
    return !text.isEmpty()
        && Double.isNaN(number(text))
        && !NOT_FINITE.contains(text.toLowerCase(Locale.ROOT))
        && !overflows(text);
  }

  private static boolean overflows(String text) {
    try {
      return Double.isInfinite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
