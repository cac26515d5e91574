package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as people have them, by the commands that read them. */
class FilesTest {

  @TempDir private Path folder;

  private Path file(String name, String header, int rows, IntFunction<String> row)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of(header));
    for (int i = 0; i < rows; i++) {
      lines.add(row.apply(i));
    }
    return Files.write(folder.resolve(name), lines);
  }

  private static CliRun run(String... arguments) throws Exception {
    return CliRun.of(arguments);
  }

  private CliRun fit(Path data, String... more) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "fit",
                "--data=" + data,
                "--model=" + folder.resolve("m.avro"),
                "--width=8",
                "--iterations=30"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static String number(Random random) {
    return String.format(Locale.ROOT, "%.4f", random.nextGaussian());
  }

  @Test
  void rowsThatLackAFeatureAreLeftOutOfAFitAndEmptyInScores() throws Exception {
    Random random = new Random(1);
    Path data =
        file(
            "gaps.csv",
            "n,a,b",
            400,
            i -> i + "," + (i % 50 == 7 ? "NA" : number(random)) + "," + number(random));
    CliRun refused = fit(data, "--id=n");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("gaps.csv:9: column 'a' is 'NA', expected a number; --missing skip");
    CliRun fitted = fit(data, "--id=n", "--missing=skip");
    assertThat(fitted.code()).as(fitted.err()).isZero();
    assertThat(fitted.err())
        .contains("8 of 400 rows lack a feature and are left out, the first: ")
        .contains("gaps.csv:9: column 'a' is 'NA'");
    Path scores = folder.resolve("s.csv");
    CliRun scored =
        run(
            "score",
            "--data=" + data,
            "--id=n",
            "--missing=skip",
            "--model=" + folder.resolve("m.avro"),
            "--scores=" + scores);
    assertThat(scored.code()).as(scored.err()).isZero();
    List<String> lines = Files.readAllLines(scores);
    assertThat(lines).hasSize(401);
    for (int i = 0; i < 400; i++) {
      String line = lines.get(i + 1);
      assertThat(line).endsWith("," + i);
      assertThat(line.equals(",,,," + i)).as(line).isEqualTo(i % 50 == 7);
    }
  }

  @Test
  void constantsAndValuesThatStandForNoneAreNamed() throws Exception {
    Random random = new Random(2);
    Path data =
        file(
            "sentinels.csv",
            "a,b,c",
            400,
            i -> (i % 40 == 3 ? "-9999" : number(random)) + ",101.3," + (i % 10 == 0 ? 1 : 0));
    CliRun fitted = fit(data);
    assertThat(fitted.code()).as(fitted.err()).isZero();
    assertThat(fitted.err())
        .contains("constant in these rows, so that nothing is learned of their range: b")
        .contains("'a' is -9999 in 10 rows, far from all others")
        .contains("--missing-values -9999 leaves such rows out")
        .doesNotContain("'c' is");
  }

  @Test
  void labelsOfOtherKindsAreMeasuredAndInvertedOnesPointedAt() throws Exception {
    Random random = new Random(3);
    IntFunction<String> row =
        i -> (i % 20 == 0 ? "9,9,attack" : number(random) + "," + number(random) + ",normal");
    Path data = file("words.csv", "a,b,kind", 400, row);
    assertThat(fit(data, "--label=kind", "--trim=0.1").code()).isZero();
    String model = "--model=" + folder.resolve("m.avro");
    CliRun refused = run("evaluate", model, "--data=" + data, "--label=kind");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("column 'kind' is 'attack', expected 0 or 1")
        .contains("--anomaly-value");
    CliRun measured =
        run("evaluate", model, "--data=" + data, "--label=kind", "--anomaly-value=attack");
    assertThat(measured.code()).as(measured.err()).isZero();
    assertThat(new ObjectMapper().readTree(measured.out()).path("auroc").asDouble())
        .isGreaterThan(0.99);
    CliRun inverted =
        run("evaluate", model, "--data=" + data, "--label=kind", "--anomaly-value=normal");
    assertThat(inverted.code()).isZero();
    assertThat(inverted.err()).contains("is --label the other way round?");
  }

  @Test
  void optionsThatDoNothingAndTooFewRowsAreWrongInput() throws Exception {
    Path few = file("few.csv", "a,b", 20, i -> i + ",1");
    CliRun fitted = fit(few);
    assertThat(fitted.code()).isEqualTo(2);
    assertThat(fitted.err())
        .contains("few.csv has 20 rows to fit a model to, expected at least 50");
    assertThat(fit(few, "--quoted-numbers").err()).contains("--quoted-numbers is for --topic");
    CliRun topic = run("fit", "--topic=t", "--model=" + folder.resolve("m.avro"), "--missing=skip");
    assertThat(topic.code()).isEqualTo(2);
    assertThat(topic.err()).contains("--missing is for --data");
  }
}
