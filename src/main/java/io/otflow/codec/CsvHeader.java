package io.otflow.codec;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The columns of a CSV file, and which of them are features. */
final class CsvHeader {

  private final String file;
  private final long line;
  private final Map<String, Integer> indexes = new LinkedHashMap<>();
  private final List<String> columns;

  CsvHeader(String file, CsvRecord header) {
    this.file = file;
    this.line = header.getStartingLineNumber();
    for (String cell : header.getFields()) {
      String column = cell.strip();
      if (column.isEmpty()) {
        throw new InputException(
            at() + ": column " + (indexes.size() + 1) + " has no name in the header");
      }
      if (indexes.putIfAbsent(column, indexes.size()) != null) {
        throw new InputException(at() + ": column '" + column + "' is named twice in the header");
      }
    }
    columns = List.copyOf(indexes.keySet());
    if (columns.stream().noneMatch(Cells::text)) {
      throw new InputException(
          at() + ": the first row holds numbers only, expected a header with the columns' names");
    }
  }

  List<String> columns() {
    return columns;
  }

  int index(String column) {
    Integer index = indexes.get(column);
    if (index == null) {
      throw new InputException(
          at() + ": there is no column '" + column + "', only " + String.join(", ", columns));
    }
    return index;
  }

  /** The features' indexes; columns left out for their text are added to {@code leftOut}. */
  int[] features(CsvSelection selection, Collection<CsvRecord> sample, List<String> leftOut) {
    List<Integer> chosen = new ArrayList<>();
    if (selection.features().isEmpty()) {
      for (Map.Entry<String, Integer> column : indexes.entrySet()) {
        if (selection.others().contains(column.getKey())) {
          continue;
        }
        if (numeric(column.getValue(), sample)) {
          chosen.add(column.getValue());
        } else {
          leftOut.add(column.getKey());
        }
      }
    } else {
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
    }
    if (chosen.isEmpty()) {
      throw new InputException(file + " has no column of numbers to take as a feature");
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether a column holds numbers: any number, or nothing that is text, in the first rows. */
  private static boolean numeric(int index, Collection<CsvRecord> sample) {
    boolean text = false;
    for (CsvRecord row : sample) {
      if (index < row.getFieldCount()) {
        String cell = row.getField(index);
        if (!Double.isNaN(Cells.number(cell))) {
          return true;
        }
        text |= Cells.text(cell);
      }
    }
    return !text;
  }

  /** The columns of which every cell of the first rows is 0 or 1. */
  Set<String> binary(Collection<CsvRecord> sample) {
    Set<String> binary = new HashSet<>(indexes.keySet());
    for (CsvRecord row : sample) {
      binary.removeIf(
          column -> {
            int index = indexes.get(column);
            double value =
                index < row.getFieldCount() ? Cells.number(row.getField(index)) : Double.NaN;
            return value != 0 && value != 1;
          });
    }
    return binary;
  }

  private String at() {
    return file + ":" + line;
  }
}
