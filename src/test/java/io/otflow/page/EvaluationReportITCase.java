package io.otflow.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.cli.CliRun;
import io.otflow.testing.Browser;
import io.otflow.testing.LabelledRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report in a real browser: its figures are those that {@code evaluate} prints. */
class EvaluationReportITCase {

  private static final Path TABULAR = Path.of("..", "shared", "data", "tabular");
  private static final List<String> FIGURES =
      List.of(
          "nll",
          "auroc",
          "auprc",
          "threshold",
          "recall",
          "precision",
          "falseAlarmRate",
          "pValueDistance");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"thyroid", "wilt"})
  void labelledSets(String name) throws IOException {
    Path train = TABULAR.resolve(name + ".train.csv");
    assumeTrue(Files.exists(train), train + " was not found");
    compare(name, train, TABULAR.resolve(name + ".test.csv"));
  }

  @Test
  void aSetWhoseAnomaliesAreKnown() throws IOException {
    Path train = Files.writeString(folder.resolve("a.csv"), LabelledRows.csv(0, 2000));
    compare(
        "synthetic",
        train,
        Files.writeString(folder.resolve("b.csv"), LabelledRows.csv(2000, 2000)));
  }

  private void compare(String name, Path train, Path test) throws IOException {
    Browser.assumePossible();
    String model = folder.resolve("m.avro").toString();
    Path report = folder.resolve("report.html");
    CliRun fitted =
        CliRun.of(
            "fit",
            "--data",
            train.toString(),
            "--label",
            "label",
            "--model",
            model,
            "--width",
            "16",
            "--iterations",
            "150",
            "--trim",
            "0.1");
    assertThat(fitted.code()).as(fitted.err()).isZero();
    CliRun evaluated =
        CliRun.of(
            "evaluate",
            "--data",
            test.toString(),
            "--label",
            "label",
            "--model",
            model,
            "--report",
            report.toString());
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    JsonNode measured = new ObjectMapper().readTree(evaluated.out());
    try (Browser browser = new Browser(1200, false);
        Browser phone = new Browser(420, true)) {
      browser.open(report.toUri());
      for (String figure : FIGURES) {
        assertThat(
                browser.run(
                    "return Number(document.getElementById('figure-%s').dataset.value)"
                        .formatted(figure)))
            .as(figure)
            .extracting(value -> ((Number) value).doubleValue())
            .isEqualTo(measured.get(figure).doubleValue());
      }
      assertThat(browser.text("what"))
          .contains("%,d rows, %,d of".formatted(rows(measured), anomalies(measured)));
      assertThat(browser.run("return document.querySelectorAll('#rows tbody tr').length"))
          .isEqualTo(25L);
      assertThat(browser.run("return document.querySelectorAll('canvas').length")).isEqualTo(5L);
      assertThat(browser.everyCanvasIsDrawn()).isTrue();
      assertThat(browser.run("return performance.getEntriesByType('resource').length"))
          .as("what the page asks for")
          .isEqualTo(0L);
      browser.screenshot(pictures().resolve("report-" + name + ".png"));
      phone.open(report.toUri());
      assertThat(phone.overflow()).isZero();
      phone.screenshot(pictures().resolve("report-" + name + "-phone.png"));
      assertThat(browser.complaints()).isEmpty();
      assertThat(phone.complaints()).isEmpty();
    }
    System.out.println("report: " + name + ": " + evaluated.out().strip());
  }

  private static long rows(JsonNode measured) {
    return measured.get("rows").longValue();
  }

  private static long anomalies(JsonNode measured) {
    return measured.get("anomalies").longValue();
  }

  private static Path pictures() throws IOException {
    return Files.createDirectories(Path.of("target", "pictures"));
  }
}
