package io.otflow.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.cli.CliRun;
import io.otflow.testing.Browser;
import io.otflow.testing.LabelledRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report in a real browser: its figures are those that {@code evaluate} prints. */
class EvaluationReportITCase {

  private static final Path TABULAR = Path.of("..", "shared", "data", "tabular");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern NUMBER = Pattern.compile("-?[\\d,]*\\.?\\d+(?:e-?\\d+)?");

  /** Digits that a figure is written with are three at least. */
  private static final double ROUNDING = 0.006;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"thyroid", "wilt"})
  void labelledSets(String name) throws IOException {
    Path train = TABULAR.resolve(name + ".train.csv");
    assumeTrue(Files.exists(train), train + " was not found");
    Path test = TABULAR.resolve(name + ".test.csv");
    fit(train);
    compare(name, true, test, "--label", "label", "--peer-data", train.toString());
  }

  @Test
  void aSetWhoseAnomaliesAreKnown() throws IOException {
    fit(Files.writeString(folder.resolve("a.csv"), LabelledRows.csv(0, 2000)));
    Path test = Files.writeString(folder.resolve("b.csv"), LabelledRows.csv(2000, 2000));
    compare("synthetic", true, test, "--label", "label");
  }

  @Test
  void aSetWithoutLabels() throws IOException {
    fit(Files.writeString(folder.resolve("a.csv"), LabelledRows.csv(0, 2000)));
    String[] rows = LabelledRows.csv(2000, 2000).split("\n");
    String unlabelled =
        String.join("\n", Arrays.stream(rows).map(row -> row.replaceAll(",[^,]*$", "")).toList());
    compare("unlabelled", false, Files.writeString(folder.resolve("b.csv"), unlabelled));
  }

  private void fit(Path train) {
    CliRun fitted =
        CliRun.of(
            "fit",
            "--data",
            train.toString(),
            "--label",
            "label",
            "--model",
            folder.resolve("m.avro").toString(),
            "--width",
            "16",
            "--iterations",
            "150",
            "--trim",
            "0.1");
    assertThat(fitted.code()).as(fitted.err()).isZero();
  }

  private void compare(String name, boolean ranked, Path test, String... more) throws IOException {
    Browser.assumePossible();
    Path report = folder.resolve("report.html");
    List<String> command = new ArrayList<>(List.of("evaluate", "--data", test.toString()));
    command.addAll(List.of("--model", folder.resolve("m.avro").toString()));
    command.addAll(List.of("--report", report.toString()));
    command.addAll(List.of(more));
    CliRun evaluated = CliRun.of(command.toArray(String[]::new));
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    JsonNode measured = MAPPER.readTree(evaluated.out());
    try (Browser browser = new Browser(1200, false);
        Browser dark = new Browser(1200, true);
        Browser phone = new Browser(420, true)) {
      browser.open(report.toUri());
      assertFigures(browser, measured, ranked);
      assertThat(browser.text("what"))
          .contains("%,d rows, ".formatted(measured.get("rows").longValue()))
          .contains(ranked ? "of them anomalies" : "without labels");
      assertThat(browser.run("return document.querySelectorAll('#rows tbody tr').length"))
          .isEqualTo(25L);
      assertThat(browser.run("return document.querySelectorAll('#rates tr.own').length"))
          .isEqualTo(1L);
      assertThat(browser.run("return document.querySelectorAll('canvas').length"))
          .isEqualTo(ranked ? 5L : 3L);
      assertThat(browser.everyCanvasIsDrawn()).isTrue();
      assertThat(browser.run("return performance.getEntriesByType('resource').length"))
          .as("what the page asks for")
          .isEqualTo(0L);
      browser.screenshot(pictures().resolve("report-" + name + ".png"));
      dark.open(report.toUri());
      dark.screenshot(pictures().resolve("report-" + name + "-dark.png"));
      phone.open(report.toUri());
      assertThat(phone.overflow()).isZero();
      phone.screenshot(pictures().resolve("report-" + name + "-phone.png"));
      for (Browser each : List.of(browser, dark, phone)) {
        assertThat(each.complaints()).isEmpty();
      }
    }
    System.out.println("report: " + name + ": " + evaluated.out().strip());
  }

  /**
   * Each figure of the page has the value that was printed under its name, and is written as that;
   * and each number that was printed is on the page.
   */
  @SuppressWarnings("unchecked")
  private static void assertFigures(Browser browser, JsonNode measured, boolean ranked)
      throws IOException {
    List<Map<String, String>> shown =
        (List<Map<String, String>>)
            browser.run(
                "return [...document.querySelectorAll('[data-figure]')].map(e => ({"
                    + "name: e.dataset.figure, value: e.dataset.value, text: e.textContent}))");
    Set<String> names = new HashSet<>();
    for (Map<String, String> figure : shown) {
      String name = figure.get("name");
      JsonNode printed = measured.at("/" + name.replace('.', '/'));
      assertThat(printed.isMissingNode()).as(name).isFalse();
      assertSame(name, MAPPER.readTree(figure.get("value")), printed);
      if (!name.equals("model.createdAt")) {
        assertWritten(name, figure.get("text"), printed);
      }
      names.add(name);
    }
    List<String> expected = new ArrayList<>(List.of("nll", "threshold", "alertRate", "flagged"));
    expected.addAll(List.of("pValueDistance", "model.width", "model.rowsTrained"));
    int rates = measured.get("rates").size();
    for (int i = 0; i < rates; i++) {
      for (String part : List.of("alertRate", "threshold", "flagged", "share")) {
        expected.add("rates." + i + "." + part);
      }
    }
    if (ranked) {
      expected.remove("flagged");
      expected.addAll(List.of("auroc", "aurocInterval", "auprc", "auprcInterval", "auprcChance"));
      expected.addAll(List.of("recall", "precision", "falseAlarmRate"));
      expected.addAll(List.of("peers.0.auroc", "peers.0.auprc", "peers.1.auroc", "peers.1.auprc"));
      for (int i = 0; i < rates; i++) {
        for (String part : List.of("recall", "recallInterval", "precision", "precisionInterval")) {
          expected.add("rates." + i + "." + part);
        }
      }
      for (int i = 0; i < measured.get("precisionAt").size(); i++) {
        expected.add("precisionAt." + i + ".precision");
      }
    }
    for (int i = 0; i < measured.at("/featureShares/shares").size(); i++) {
      expected.add("featureShares.shares." + i + ".share");
    }
    assertThat(names).containsAll(expected);
  }

  private static void assertSame(String name, JsonNode shown, JsonNode printed) {
    if (printed.isNumber()) {
      assertThat(shown.doubleValue()).as(name).isEqualTo(printed.doubleValue());
    } else if (printed.isArray()) {
      assertThat(shown).as(name).hasSameSizeAs(printed);
      for (int i = 0; i < printed.size(); i++) {
        assertSame(name, shown.get(i), printed.get(i));
      }
    } else {
      assertThat(shown).as(name).isEqualTo(printed);
    }
  }

  private static void assertWritten(String name, String text, JsonNode printed) {
    List<JsonNode> values = new ArrayList<>();
    (printed.isArray() ? printed : MAPPER.createArrayNode().add(printed)).forEach(values::add);
    Matcher number = NUMBER.matcher(text);
    for (JsonNode value : values) {
      if (value.isNumber()) {
        assertThat(number.find()).as("%s: %s", name, text).isTrue();
        double written = Double.parseDouble(number.group().replace(",", ""));
        double exact = value.doubleValue();
        assertThat(written).as(name).isCloseTo(exact, within(ROUNDING * Math.abs(exact)));
      } else {
        assertThat(text).as(name).isEqualToIgnoringCase(value.isNull() ? "–" : value.textValue());
      }
    }
  }

  private static Path pictures() throws IOException {
    return Files.createDirectories(Path.of("target", "pictures"));
  }
}
