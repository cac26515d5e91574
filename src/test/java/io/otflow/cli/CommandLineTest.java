package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.Samples;
import io.otflow.model.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on files, run as a user does, but in this process. */
class CommandLineTest {

  @TempDir private Path folder;

  @BeforeEach
  void rows() throws IOException {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder("name,a,b,label\n");
    for (int i = 0; i < 400; i++) {
      boolean anomaly = i % 40 == 0;
      double a = random.nextGaussian() + (anomaly ? 8 : 0);
      text.append(
          "n%d,%s,%s,%d\n".formatted(i, a, 0.5 * a + random.nextGaussian(), anomaly ? 1 : 0));
    }
    Files.writeString(path("rows.csv"), text);
  }

  @Test
  void fitScoreEvaluateSampleExportImport() throws IOException {
    CliRun fit =
        run(
            "fit --data rows.csv --model m.avro --label label --width 8 --steps 4 --iterations 60"
                + " --batch-size 64 --train-threads 1 --alert-rate 0.05");
    assertThat(fit.code()).as(fit.err()).isZero();
    JsonNode fitted = new ObjectMapper().readTree(fit.out());
    assertThat(fitted.get("rows").asInt()).isEqualTo(400);
    assertThat(fitted.get("version").asInt()).isEqualTo(1);
    assertThat(fitted.get("threshold").isDouble()).isTrue();
    assertThat(fit.err()).contains("not numbers, so no features: name");

    assertThat(run("score --model m.avro --data rows.csv --scores s.csv --id name").code())
        .isZero();
    List<String> scores = Files.readAllLines(path("s.csv"));
    assertThat(scores).hasSize(401);
    assertThat(scores.get(0)).isEqualTo("logLikelihood,errorEstimate,pValue,anomaly,name");
    assertThat(scores.get(400)).endsWith(",n399");

    CliRun evaluate = run("evaluate --model m.avro --data rows.csv --label label --report r.html");
    JsonNode measured = new ObjectMapper().readTree(evaluate.out());
    assertReport(Files.readString(path("r.html")), measured);
    assertThat(measured.get("anomalies").asInt()).isEqualTo(10);
    assertThat(measured.get("auroc").asDouble()).isGreaterThan(0.9);

    assertThat(run("sample --model m.avro --count 7 --data d.csv --seed 4").code()).isZero();
    List<String> drawn = Files.readAllLines(path("d.csv"));
    assertThat(drawn).hasSize(8);
    assertThat(drawn.get(0)).isEqualTo("a,b");
    assertThat(run("sample --model m.avro --count 7 --data d2.csv --seed 4").code()).isZero();
    assertThat(Files.readAllLines(path("d2.csv"))).isEqualTo(drawn);

    assertThat(run("export --model m.avro --weights w.safetensors").code()).isZero();
    assertThat(run("import --weights w.safetensors --model m2.avro").code()).isZero();
    run("score --model m2.avro --data rows.csv --scores s2.csv --id name");
    assertThat(Files.readAllLines(path("s2.csv"))).isEqualTo(scores);

    CliRun tuned =
        run(
            "fit --data rows.csv --model m3.avro --label label --parent m.avro --iterations 3"
                + " --train-threads 1");
    assertThat(new ObjectMapper().readTree(tuned.out()).get("version").asInt()).isEqualTo(2);
  }

  /** The page has the command's figures, curves from end to end, and asks for nothing. */
  private static void assertReport(String page, JsonNode measured) throws IOException {
    assertThat(page).doesNotContain("<!--", "src=", "@import", "href=\"http");
    String start = "<script type=\"application/json\" id=\"data\">";
    int from = page.indexOf(start) + start.length();
    JsonNode data =
        new ObjectMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
    assertThat(data.get("figures")).isEqualTo(measured);
    assertThat(data.get("features").toString()).isEqualTo("[\"a\",\"b\"]");
    JsonNode roc = data.get("roc");
    assertThat(roc.get(0).toString()).isEqualTo("[0.0,0.0]");
    assertThat(roc.get(roc.size() - 1).toString()).isEqualTo("[1.0,1.0]");
    assertThat(data.get("calibration")).hasSizeGreaterThan(10);
    assertThat(data.get("least")).hasSize(25);
    double before = Double.NEGATIVE_INFINITY;
    for (JsonNode row : data.get("least")) {
      assertThat(row.get("logLikelihood").asDouble()).isGreaterThanOrEqualTo(before);
      before = row.get("logLikelihood").asDouble();
      assertThat(row.get("gains")).hasSize(2);
    }
    assertThat(data.get("least").get(0).get("anomaly").asBoolean()).isTrue();
  }

  @Test
  void everyMistakeIsOneLineWithItsPlace() throws IOException {
    ModelFiles.write(Samples.model(Architecture.of(3, 4, 2), true, 1), path("m.avro"));
    byte[] whole = Files.readAllBytes(path("m.avro"));
    Files.write(path("cut.avro"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(path("empty.csv"), "");
    Files.writeString(path("text.csv"), "a,b\n1,2\n3,oops\n");
    Files.writeString(path("nan.csv"), "a,b\nNaN,2\n");
    mistake("fit --data none.csv --model x.avro", "none.csv: there is no such file");
    mistake("fit --data empty.csv --model x.avro", "empty.csv is empty");
    mistake("fit --data text.csv --model x.avro", "text.csv:3: column 'b' is 'oops'");
    mistake("fit --data nan.csv --model x.avro", "nan.csv:2: column 'a' is 'NaN'");
    mistake("fit --data rows.csv --model none/x.avro", "there is no directory");
    mistake("fit --data rows.csv --model x.avro --width 0", "width is 0");
    mistake("fit --data rows.csv --model x.avro --alpha 1,2", "--alpha has 2 numbers");
    mistake("fit --data rows.csv --model x.avro --width two", "'--width': 'two'");
    mistake("fit --data rows.csv --widht 3", "'--widht'");
    mistake("fit --data rows.csv", "'--model=M'");
    mistake("score --model cut.avro --data rows.csv --scores s.csv", "cut.avro", "cut off");
    mistake("score --model none.avro --data rows.csv --scores s.csv", "none.avro: there is no");
    mistake(
        "score --model m.avro --data rows.csv --scores s.csv",
        "3 columns of numbers can be features, the model has 3 features",
        "there is no column 'feature 0'");
    mistake(
        "score --model m.avro --data rows.csv --scores s.csv --features a,b", "2 columns", "3 f");
    mistake("score --model m.avro --data rows.csv --scores s.csv --engine gpu9", "'gpu9'", "simd");
    mistake("score --model m.avro --data rows.csv --scores s.csv --integrator euler", "rk4");
    mistake(
        "score --model m.avro --data rows.csv --scores s.csv --engine nd4j",
        "engine 'nd4j' has no integrator 'adaptive', use --integrator rk4 or quadrature");
    mistake("import --weights rows.csv --model x.avro", "rows.csv", "no safetensors file");
    mistake("consume --topic t --bootstrap-servers nowhere", "HOST:PORT");
    mistake("produce --data none.csv --topic t", "none.csv");
    mistake("scoer", "'scoer'; did you mean 'score'? 'otflow help' lists the commands");
    mistake("fti --data rows.csv", "did you mean 'fit'?");
    mistake(
        "evaluate --data rows.csv --model m.avro --lable a",
        "'--lable'; did you mean '--label'? 'otflow help evaluate' lists the options");
  }

  @Test
  void withoutACommandThereIsHelpByGroups() {
    CliRun help = run("");
    assertThat(help.code()).isZero();
    assertThat(help.out())
        .contains("Start here:", "Files:", "Kafka:", "Operate:", "Measure:", "Examples:")
        .isEqualTo(run("--help").out());
    String fit = run("help fit").out();
    assertThat(fit).contains("Most used:", "Training:", "Cells of a file:");
    assertThat(fit.indexOf("--alert-rate"))
        .as("the most used options come first")
        .isBetween(fit.indexOf("Most used:"), fit.indexOf("Training:"));
  }

  @Test
  void columnsThatTheModelDoesNotKnowAreRefusedUnlessTheyAreLabels() throws IOException {
    run("fit --data rows.csv --model m.avro --features b --iterations 2 --train-threads 1");
    mistake("score --model m.avro --data rows.csv --scores s.csv", "does not know the column 'a'");
    run("fit --data rows.csv --model m2.avro --features b,a --iterations 2 --train-threads 1");
    CliRun labelled = run("score --model m2.avro --data rows.csv --scores s.csv");
    assertThat(labelled.code()).isZero();
    assertThat(labelled.err()).contains("passed over, not in the model: label");
  }

  @Test
  void anUnreachableBrokerIsOneLine() {
    CliRun outcome =
        run(
            "consume --topic t --bootstrap-servers 127.0.0.1:1"
                + " --kafka.default.api.timeout.ms=1500 --kafka.request.timeout.ms=1000");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("Kafka at 127.0.0.1:1").contains("no answer");
  }

  private void mistake(String command, String... parts) {
    CliRun outcome = run(command);
    assertThat(outcome.code()).as(command).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    List<String> errors = outcome.err().lines().filter(l -> !l.contains("so no features")).toList();
    assertThat(errors).as(command).hasSize(1);
    assertThat(errors.get(0)).startsWith("otflow: ").contains(parts);
  }

  private CliRun run(String command) {
    String[] args =
        command.isEmpty()
            ? new String[0]
            : Arrays.stream(command.split(" "))
                .map(a -> a.matches(".*\\.(csv|avro|safetensors|html)") ? path(a).toString() : a)
                .toArray(String[]::new);
    return CliRun.of(args);
  }

  private Path path(String name) {
    return folder.resolve(name);
  }
}
