package io.otflow.codec;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The columns of a CSV file, and which of them are features. A column without a name cannot be
 * asked for; nor can a name that stands twice, unless both columns hold the same.
 */
final class CsvHeader {

  private final String file;
  private final long line;
  private final List<String> names;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final Set<String> doubled = new LinkedHashSet<>();
  private final List<int[]> equal = new ArrayList<>();
  private final Set<String> columns = new LinkedHashSet<>();

  /**
   * Reads the header.
   *
   * @param sample the first rows
   */
  CsvHeader(String file, CsvRecord header, Collection<CsvRecord> sample) {
    this.file = file;
    this.line = header.getStartingLineNumber();
    names = header.getFields().stream().map(String::strip).toList();
    requireNames();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Integer before = name.isEmpty() ? null : indexes.putIfAbsent(name, i);
      if (!name.isEmpty()) {
        columns.add(name);
      }
      if (before != null && !same(before, i, sample)) {
        doubled.add(name);
      } else if (before != null) {
        equal.add(new int[] {before, i});
      }
    }
  }

  /** The first row is a header, and no row of data. */
  private void requireNames() {
    List<String> numbers =
        names.stream().filter(name -> !Double.isNaN(Cells.number(name))).toList();
    boolean repeated = new HashSet<>(numbers).size() < numbers.size();
    boolean nothingElse =
        names.stream().allMatch(name -> name.isEmpty() || !Cells.text(name)) && !names.isEmpty();
    if (repeated || nothingElse) {
      throw new InputException(
          at()
              + ": the first row holds "
              + (nothingElse ? "numbers only" : "numbers (" + numbers.get(0) + ")")
              + ", expected a header with the columns' names");
    }
  }

  private static boolean same(int a, int b, Collection<CsvRecord> sample) {
    return sample.stream().allMatch(row -> cell(row, a).equals(cell(row, b)));
  }

  private static String cell(CsvRecord row, int index) {
    return index < row.getFieldCount() ? row.getField(index) : "";
  }

  /** Number of columns, those without a name too. */
  int width() {
    return names.size();
  }

  /** The columns that have a name, each once. */
  List<String> columns() {
    return List.copyOf(columns);
  }

  String name(int index) {
    return names.get(index);
  }

  int index(String column) {
    Integer index = indexes.get(column);
    if (index == null) {
      throw new InputException(
          at() + ": there is no column '" + column + "', only " + String.join(", ", columns));
    }
    if (doubled.contains(column)) {
      throw doubled(at(), index);
    }
    return index;
  }

  /** Two columns of one name hold different values. */
  InputException doubled(String place, int index) {
    return new InputException(
        place
            + ": two columns are named '"
            + name(index)
            + "' and hold different values, so neither can be taken: rename one, or name the"
            + " columns to take with --features");
  }

  /** Pairs of columns of one name, of which one is used, that were equal in the first rows. */
  int[][] twins(int[] features, Collection<String> others) {
    return equal.stream()
        .filter(
            pair ->
                others.contains(name(pair[0]))
                    || IntStream.of(features).anyMatch(index -> index == pair[0]))
        .toArray(int[][]::new);
  }

  /** A column of numbers that cannot be read. */
  InputException unreadable(int index, String cell) {
    return new InputException(
        at()
            + ": column '"
            + name(index)
            + "' looks like numbers that cannot be read, such as '"
            + cell
            + "': write them plainly, or name the columns to take with --features");
  }

  /** The features' indexes; columns left out for their text are added to {@code leftOut}. */
  int[] features(
      CsvSelection selection,
      CsvFormat format,
      CsvCells cells,
      Collection<CsvRecord> sample,
      List<String> leftOut) {
    List<Integer> chosen =
        selection.features().isEmpty()
            ? numeric(selection, format, cells, sample, leftOut)
            : named(selection);
    if (chosen.isEmpty()) {
      throw new InputException(file + " has no column of numbers to take as a feature");
    }
    for (String column : format.categories().keySet()) {
      if (!chosen.contains(index(column))) {
        throw new InputException(
            "categories are given for '" + column + "', which is no feature of " + file);
      }
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  private List<Integer> named(CsvSelection selection) {
    List<Integer> chosen = new ArrayList<>();
    for (String feature : selection.features()) {
      chosen.add(index(feature));
      if (selection.others().contains(feature)) {
        throw new InputException(
            at() + ": column '" + feature + "' cannot be a feature and a label, id or time too");
      }
    }
    if (new HashSet<>(chosen).size() < chosen.size()) {
      throw new InputException("a feature is named twice among " + selection.features());
    }
    return chosen;
  }

  private List<Integer> numeric(
      CsvSelection selection,
      CsvFormat format,
      CsvCells cells,
      Collection<CsvRecord> sample,
      List<String> leftOut) {
    List<Integer> chosen = new ArrayList<>();
    for (String column : columns) {
      if (selection.others().contains(column)) {
        continue;
      }
      List<String> first =
          sample.stream().map(row -> cell(row, indexes.get(column))).collect(Collectors.toList());
      if (format.categories().containsKey(column) || numbers(first, cells)) {
        chosen.add(index(column));
        continue;
      }
      String unread = cells.unreadNumber(first);
      if (unread != null) {
        throw unreadable(index(column), unread);
      }
      leftOut.add(column);
    }
    return chosen;
  }

  /** Whether a column holds numbers: any number, or nothing that is text, in the first rows. */
  private static boolean numbers(List<String> column, CsvCells cells) {
    boolean text = false;
    for (String cell : column) {
      if (!Double.isNaN(cells.number(cell)) && !cells.missing(cell)) {
        return true;
      }
      text |= cells.text(cell);
    }
    return !text;
  }

  /** The columns of which every cell of the first rows is 0 or 1. */
  Set<String> binary(CsvCells cells, Collection<CsvRecord> sample) {
    Set<String> binary = new HashSet<>(columns);
    for (CsvRecord row : sample) {
      binary.removeIf(
          column -> {
            double value = cells.number(cell(row, indexes.get(column)));
            return value != 0 && value != 1;
          });
    }
    return binary;
  }

  private String at() {
    return file + ":" + line;
  }
}
