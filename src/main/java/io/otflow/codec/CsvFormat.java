package io.otflow.codec;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the cells of a CSV file are read.
 *
 * @param encoding of its text, where no byte order mark says another
 * @param missing values that stand for none, beside empty cells and {@link Cells#missing}: a number
 *     means each cell of that number
 * @param skipMissing whether a row that lacks a feature is left out and counted; else it is an
 *     error
 * @param categories for features that are text: their values, each of which becomes its index
 * @param anomalyValue what a label's cell holds for an anomaly, any other value being ordinary;
 *     null: 1 or true, where 0 or false is ordinary
 */
public record CsvFormat(
    Charset encoding,
    Set<String> missing,
    boolean skipMissing,
    Map<String, List<String>> categories,
    String anomalyValue) {

  /** UTF-8, with nothing missing. */
  public static final CsvFormat DEFAULT =
      new CsvFormat(StandardCharsets.UTF_8, Set.of(), false, Map.of(), null);

  /** Copies the collections. */
  public CsvFormat {
    missing = Set.copyOf(missing);
    Map<String, List<String>> copy = new LinkedHashMap<>();
    categories.forEach((column, values) -> copy.put(column, List.copyOf(values)));
    categories = copy;
  }
}
