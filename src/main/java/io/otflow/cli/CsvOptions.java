package io.otflow.cli;

import io.otflow.codec.CsvFormat;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How the cells of a CSV file are read. */
@Heading("Cells of a file")
final class CsvOptions {

  /** All of them, which say nothing of a topic. */
  static final String[] NAMES = {"--encoding", "--missing", "--missing-values"};

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      description =
          "Encoding of the file's text, such as ISO-8859-1 or windows-1252, where no byte order mark"
              + " says another (default: ${DEFAULT-VALUE}).")
  private Charset encoding = StandardCharsets.UTF_8;

  @Option(
      names = "--missing",
      paramLabel = "reject|skip",
      converter = Choices.MissingCells.class,
      completionCandidates = Choices.MissingCells.class,
      description =
          "What a row that lacks a feature is: an error, or left out and counted (default:"
              + " reject). A cell lacks one if it is empty, -, ?, NA, NaN, null or none.")
  private Choices.Missing missing = Choices.Missing.REJECT;

  @Option(
      names = "--missing-values",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A,B",
      description = "Cells that lack a feature too, such as -9999; implies --missing skip.")
  private List<String> missingValues = List.of();

  /** For picocli. */
  CsvOptions() {}

  /** What is asked for, with what other options say of the cells. */
  CsvFormat toFormat(Map<String, List<String>> categories, String anomalyValue) {
    return new CsvFormat(
        encoding,
        new HashSet<>(missingValues),
        missing == Choices.Missing.SKIP || !missingValues.isEmpty(),
        categories,
        anomalyValue);
  }
}
