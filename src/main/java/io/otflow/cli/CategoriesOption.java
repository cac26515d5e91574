package io.otflow.cli;

import io.otflow.codec.InputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What texts count that are features. */
@Heading("Records")
final class CategoriesOption {

  @Option(
      names = "--categories",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A=X|Y|Z,…",
      description = "Features that are text: the values of each, which count 0, 1, 2.")
  private List<String> texts = List.of();

  /** For picocli. */
  CategoriesOption() {}

  /**
   * The values of each feature.
   *
   * @throws InputException if one is written otherwise
   */
  Map<String, List<String>> values() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1 || equals == text.length() - 1) {
        throw new InputException("--categories is '" + text + "', expected FIELD=A|B|C");
      }
      all.put(
          text.substring(0, equals), Arrays.asList(text.substring(equals + 1).split("\\|", -1)));
    }
    return all;
  }
}
