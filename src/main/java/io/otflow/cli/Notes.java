package io.otflow.cli;

import io.otflow.codec.MissingRows;
import io.otflow.codec.Sentinel;
import io.otflow.flink.EventHistory;
import io.otflow.model.ModelSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Remarks on stderr that are no failures. */
final class Notes {

  private Notes() {}

  static void leftOut(Path data, List<String> columns) {
    if (!columns.isEmpty()) {
      System.err.println(
          "otflow: " + data + ": not numbers, so no features: " + String.join(", ", columns));
    }
  }

  /** Says how many rows of a file were left out, and where the first ones are. */
  static void missing(Path data, MissingRows rows, long all) {
    if (rows.count() > 0) {
      System.err.printf(
          "otflow: %s: %d of %d rows lack a feature and are left out, the first: %s%n",
          data, rows.count(), all, String.join("; ", rows.places()));
    }
  }

  /** Says which features are constant: nothing is known of them but one value. */
  static void constants(ModelSnapshot model) {
    List<String> constants =
        IntStream.range(0, model.d())
            .filter(model.scaling()::constant)
            .mapToObj(model.featureNames()::get)
            .toList();
    if (!constants.isEmpty()) {
      System.err.println(
          "otflow: constant in these rows, so that nothing is learned of their range: "
              + String.join(", ", constants));
    }
  }

  /** Points at values that may stand for none. */
  static void sentinels(List<Sentinel> found) {
    for (Sentinel one : found) {
      System.err.printf(
          Locale.ROOT,
          "otflow: '%s' is %s in %d rows, far from all others: if that stands for no value,"
              + " --missing-values %2$s leaves such rows out%n",
          one.feature(),
          plain(one.value()),
          one.rows());
    }
  }

  /** Points at features that look like labels. */
  static void labels(Path data, List<String> features) {
    if (!features.isEmpty()) {
      System.err.printf(
          "otflow: %s: taken as features though they hold only 0 and 1, as labels do: %s%n",
          data, String.join(", ", features));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /** Says how many events of a topic no model can be fitted to, and why the first one is none. */
  static void unusable(String topic, EventHistory history, int usable) {
    int all = history.events().size();
    if (usable < all) {
      System.err.printf(
          "otflow: topic '%s': %d of its %d newest events cannot be used%s%n",
          topic,
          all - usable,
          all,
          history.firstRefusal().map(why -> ", the first: " + why).orElse(""));
    }
  }

  static void passedOver(Path data, List<String> columns) {
    if (!columns.isEmpty()) {
      System.err.println(
          "otflow: " + data + ": passed over, not in the model: " + String.join(", ", columns));
    }
  }
}
