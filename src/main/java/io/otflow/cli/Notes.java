package io.otflow.cli;

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

  static void passedOver(Path data, List<String> columns) {
    if (!columns.isEmpty()) {
      System.err.println(
          "otflow: " + data + ": passed over, not in the model: " + String.join(", ", columns));
    }
  }
}
