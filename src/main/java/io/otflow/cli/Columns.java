package io.otflow.cli;

import io.otflow.codec.CsvFormat;
import io.otflow.codec.CsvRows;
import io.otflow.codec.CsvSelection;
import io.otflow.codec.InputException;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
   * names; else, where the model knows only placeholders, every column of numbers. A column that
   * the model does not know is refused, unless it holds only 0 and 1, as labels do: it is passed
   * over.
   */
  static CsvRows open(
      Path data,
      ModelSnapshot model,
      CsvFormat format,
      Notes notes,
      List<String> features,
      String... others)
      throws IOException {
    List<String> chosen = features;
    if (features == null) {
      try (CsvRows all = CsvRows.open(data, CsvSelection.of(null, others), format)) {
        chosen = choose(data, model, notes, all);
      }
    }
    CsvRows rows = CsvRows.open(data, CsvSelection.of(chosen, others), format);
    if (rows.d() != model.d()) {
      rows.close();
      throw new InputException(
          "--features names " + rows.d() + " columns, the model has " + model.d() + " features");
    }
    return rows;
  }

  private static List<String> choose(Path data, ModelSnapshot model, Notes notes, CsvRows all) {
    List<String> names = model.featureNames();
    if (all.columns().containsAll(names)) {
      List<String> extra = new ArrayList<>(all.featureNames());
      extra.removeAll(names);
      List<String> unknown = extra.stream().filter(c -> !all.binary(c)).toList();
      if (!unknown.isEmpty()) {
        throw mismatch(
            data, model, all, "the model does not know the column '" + unknown.get(0) + "'");
      }
      notes.passedOver(data, extra);
      return names;
    }
    if (!unnamed(model)) {
      String missing =
          names.stream().filter(n -> !all.columns().contains(n)).findFirst().orElseThrow();
      throw mismatch(data, model, all, "there is no column '" + missing + "'");
    }
    if (all.d() != model.d()) {
      throw mismatch(data, model, all, "there is no column '" + names.get(0) + "'");
    }
    return all.featureNames();
  }

  private static InputException mismatch(
      Path data, ModelSnapshot model, CsvRows all, String detail) {
    return new InputException(
        data
            + ":1: "
            + all.d()
            + " columns of numbers can be features, the model has "
            + model.d()
            + " features; "
            + detail
            + " (name columns that are none with --label, --id or --time, or those to take, in"
            + " order, with --features)");
  }
}
