package io.otflow.codec;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What the cells of one CSV file are: numbers, missing values, or text. Immutable. */
final class CsvCells {

  /** A quantity that is written as people do, with marks between thousands, or a unit. */
  private static final Pattern QUANTITY =
      Pattern.compile(
          "[€$£¥]?\\s*[+-]?(\\d+|\\d{1,3}([,.'\\s\\u00a0]\\d{3})+)([.,]\\d+)?"
              + "\\s*(%|[€$£¥]|\\p{Alpha}{1,3}|°\\p{Alpha})?");

  private static final Pattern UNIT = Pattern.compile("[\\d.,'\\s\\u00a0+-]+");

  private final boolean decimalComma;
  private final Set<String> missing;
  private final Set<Double> missingNumbers = new HashSet<>();

  CsvCells(CsvFormat format, char separator) {
    decimalComma = separator != ',';
    missing = format.missing();
    for (String value : missing) {
      double number = number(value);
      if (!Double.isNaN(number)) {
        missingNumbers.add(number);
      }
    }
  }

  /** The number that a cell holds; NaN where it is none, or not a finite one. */
  double number(String cell) {
    String text = cell.strip();
    if (decimalComma && text.indexOf(',') >= 0) {
      return DecimalMark.FRACTION.matcher(text).matches()
          ? Cells.number(text.replace(".", "").replace(',', '.'))
          : Double.NaN;
    }
    return Cells.number(text);
  }

  /** Whether a cell stands for no value. */
  boolean missing(String cell) {
    String text = cell.strip();
    if (missing.contains(text) || Cells.missing(text)) {
      return true;
    }
    return !missingNumbers.isEmpty() && missingNumbers.contains(number(text));
  }

  /** Whether a cell is words: neither missing, nor a number, nor one of the numbers' odd values. */
  boolean text(String cell) {
    return !missing(cell) && Double.isNaN(number(cell)) && Cells.text(cell);
  }

  /**
   * A cell of a column that looks like numbers, though none can be read.
   *
   * @param column its first cells
   * @return the first of them that is not missing; null where the column does not look so
   */
  String unreadNumber(List<String> column) {
    String first = null;
    String unit = null;
    for (String cell : column) {
      String text = cell.strip();
      if (missing(text)) {
        continue;
      }
      if (!QUANTITY.matcher(text).matches()) {
        return null;
      }
      String its = UNIT.matcher(text).replaceAll("");
      if (first != null && !its.equals(unit)) {
        return null;
      }
      first = first == null ? text : first;
      unit = its;
    }
    return first;
  }
}
