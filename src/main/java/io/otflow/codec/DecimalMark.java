package io.otflow.codec;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What stands before the fraction of a column's numbers, where cells are not apart by commas: a
 * point, or a comma, with points between thousands. The first rows tell it, else the first number
 * that has one; one that has the other is none. Where a comma may as well stand between thousands,
 * nothing is guessed.
 */
final class DecimalMark {

  /** Digits in groups of three, which a comma may part as thousands or as a fraction. */
  private static final Pattern GROUPED = Pattern.compile("[+-]?\\d{1,3}(,\\d{3})+");

  /** A number whose only comma is its decimal mark, with points between thousands or without. */
  static final Pattern FRACTION =
      Pattern.compile("[+-]?(\\d+|\\d{1,3}(\\.\\d{3})+)?,\\d+([eE][+-]?\\d+)?");

  private static final Pattern THOUSANDS = Pattern.compile("[+-]?\\d{1,3}(\\.\\d{3})+");

  private enum Mark {
    UNKNOWN,
    POINT,
    COMMA,
    UNCLEAR
  }

  private Mark mark;

  private DecimalMark(Mark mark) {
    this.mark = mark;
  }

  /** Of numbers among commas. */
  static DecimalMark point() {
    return new DecimalMark(Mark.POINT);
  }

  /**
   * Of a column, by its first cells.
   *
   * @param cells those that are not missing
   */
  static DecimalMark of(List<String> cells) {
    boolean commas = false;
    boolean points = false;
    boolean plain = false;
    boolean fraction = false;
    for (String cell : cells) {
      String text = cell.strip();
      if (text.indexOf(',') >= 0) {
        commas = true;
        fraction |= !GROUPED.matcher(text).matches();
        if (!FRACTION.matcher(text).matches()) {
          return new DecimalMark(Mark.UNCLEAR);
        }
      } else if (text.indexOf('.') >= 0) {
        points |= !THOUSANDS.matcher(text).matches();
      } else {
        plain = true;
      }
    }
    if (!commas) {
      boolean any = cells.stream().anyMatch(cell -> cell.indexOf('.') >= 0);
      return new DecimalMark(any ? Mark.POINT : Mark.UNKNOWN);
    }
    return new DecimalMark(points || (plain && !fraction) ? Mark.UNCLEAR : Mark.COMMA);
  }

  /** Whether the first cells contradict each other, or can be read in two ways. */
  boolean unclear() {
    return mark == Mark.UNCLEAR;
  }

  /** The number that a cell holds; NaN where it is none, not a finite one, or marked otherwise. */
  double number(String cell) {
    String text = cell.strip();
    boolean comma = text.indexOf(',') >= 0;
    boolean point = text.indexOf('.') >= 0;
    if (mark == Mark.UNKNOWN && (comma || point)) {
      if (comma && GROUPED.matcher(text).matches()) {
        return Double.NaN;
      }
      mark = comma ? Mark.COMMA : Mark.POINT;
    }
    if (!comma && !point) {
      return Cells.number(text);
    }
    return switch (mark) {
      case POINT -> comma ? Double.NaN : Cells.number(text);
      case COMMA ->
          (comma ? FRACTION : THOUSANDS).matcher(text).matches()
              ? Cells.number(text.replace(".", "").replace(',', '.'))
              : Double.NaN;
      default -> Double.NaN;
    };
  }
}
