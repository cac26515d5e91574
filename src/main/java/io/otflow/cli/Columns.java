package io.otflow.cli;

import io.otflow.codec.CsvRows;
import io.otflow.codec.CsvSelection;
import io.otflow.codec.InputException;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Finds a model's features among the columns of a CSV file. */
final class Columns {

  private Columns() {}

  /** Names of features that have none: x0, x1, … */
  static List<String> placeholders(int d) {
    return IntStream.range(0, d).mapToObj(k -> "x" + k).toList();
  }

  /** Whether the model's features have placeholders for names. */
  static boolean unnamed(ModelSnapshot model) {
    return model.featureNames().equals(placeholders(model.d()));
  }

  /**
   * Opens a file with the model's features: those asked for, in their order; else by the model's
   * names; else, where the model knows only placeholders, every column of numbers.
   */
  static CsvRows open(Path data, ModelSnapshot model, List<String> features, String... others)
      throws IOException {
    List<String> names = model.featureNames();
    boolean byName = false;
    if (features == null) {
      try (CsvRows all = CsvRows.open(data, CsvSelection.of(null, others))) {
        byName = all.columns().containsAll(names);
        if (!byName && !(unnamed(model) && all.d() == model.d())) {
          throw mismatch(data, model, all);
        }
      }
    }
    CsvRows rows = CsvRows.open(data, CsvSelection.of(byName ? names : features, others));
    if (rows.d() != model.d()) {
      rows.close();
      throw new InputException(
          "--features names " + rows.d() + " columns, the model has " + model.d() + " features");
    }
    return rows;
  }

  private static InputException mismatch(Path data, ModelSnapshot model, CsvRows all) {
    String missing =
        unnamed(model)
            ? ""
            : "; there is no column '"
                + model.featureNames().stream()
                    .filter(n -> !all.columns().contains(n))
                    .findFirst()
                    .orElseThrow()
                + "'";
    return new InputException(
        data
            + ":1: has "
            + all.d()
            + " columns of numbers that can be features, the model has "
            + model.d()
            + " features"
            + missing
            + " (--features names the columns to take, in order)");
  }
}
