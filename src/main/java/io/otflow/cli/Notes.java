package io.otflow.cli;

import io.otflow.codec.MissingRows;
import io.otflow.flink.EventHistory;
import java.nio.file.Path;
import java.util.List;

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
