package io.otflow.codec;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Which columns of a CSV file are features.
 *
 * @param features the features, in order; empty for every column that holds numbers and is not
 *     among the others
 * @param others columns that are something else (label, id, time): never features, their cells can
 *     be asked for
 */
public record CsvSelection(List<String> features, List<String> others) {

  /** Every column that holds numbers. */
  public static final CsvSelection ALL = new CsvSelection(List.of(), List.of());

  /** Copies the lists. */
  public CsvSelection {
    features = List.copyOf(features);
    others = List.copyOf(others);
  }

  /**
   * A selection by names.
   *
   * @param features the features, in order; null or empty for every column that holds numbers
   * @param others columns that are something else; nulls are left out
   * @return the selection
   */
  public static CsvSelection of(List<String> features, String... others) {
    return new CsvSelection(
        features == null ? List.of() : features,
        Arrays.stream(others).filter(Objects::nonNull).distinct().toList());
  }
}
