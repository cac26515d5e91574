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

  private JsonNode fitAndEvaluate(String more) throws IOException {
    CliRun fit =
        run(
            "fit --data rows.csv --model m.avro --label label --width 8 --steps 4 --iterations 60"
                + " --batch-size 64 --train-threads 1 --alert-rate 0.03");
    assertThat(fit.code()).as(fit.err()).isZero();
    return evaluate(more);
  }

  private JsonNode evaluate(String more) throws IOException {
    CliRun run = run("evaluate --model m.avro " + more);
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void whatEachThresholdFindsIsMeasured() throws IOException {
    JsonNode measured = fitAndEvaluate("--data rows.csv --label label");
    JsonNode rates = measured.get("rates");
    assertThat(rates).hasSize(10);
    assertThat(rates.get(0).get("alertRate").asDouble()).isEqualTo(0.05);
    JsonNode own = rates.get(1);
    for (String figure : List.of("alertRate", "threshold", "recall", "precision", "flagged")) {
      assertThat(own.get(figure)).as(figure).isEqualTo(measured.get(figure));
    }
    assertThat(own.get("found").asInt()).isEqualTo(10 - measured.get("missed").asInt());
    assertThat(own.get("recall").asDouble())
        .isBetween(
            own.get("recallInterval").get(0).asDouble(),
            own.get("recallInterval").get(1).asDouble());
    assertThat(measured.get("auroc").asDouble())
        .isBetween(
            measured.get("aurocInterval").get(0).asDouble(),
            measured.get("aurocInterval").get(1).asDouble());
    assertThat(measured.get("auprcChance").asDouble()).isEqualTo(0.025);
    assertThat(measured.get("precisionAt")).hasSize(5);
    assertThat(measured.get("precisionAt").get(4).get("k").asInt()).isEqualTo(200);
    assertThat(measured.get("model").get("width").asInt()).isEqualTo(8);
    assertThat(measured.has("peers")).isFalse();
  }

  @Test
  void peersLearnFromTheRowsThemselvesOrFromOthers() throws IOException {
    Files.writeString(path("plain.csv"), "b,a\n" + "0.1,0.2\n0.3,-0.2\n-1,-1.5\n".repeat(40));
    JsonNode same = fitAndEvaluate("--data rows.csv --label label --report r.html");
    assertThat(same.get("peers")).hasSize(2);
    assertThat(same.get("peers").get(0).get("name").asText()).isEqualTo("random cut forest");
    assertThat(same.get("peers").get(1).get("auroc").asDouble()).isGreaterThan(0.9);
    assertThat(same.get("peersLearnedFrom").toString())
        .isEqualTo("{\"data\":\"rows.csv\",\"same\":true,\"rows\":400}");
    JsonNode other =
        evaluate("--data rows.csv --label label --report r.html --peer-data plain.csv");
    assertThat(other.get("peersLearnedFrom").toString())
        .isEqualTo("{\"data\":\"plain.csv\",\"same\":false,\"rows\":120}");
    assertThat(other.get("peers")).isNotEqualTo(same.get("peers"));
    assertReport(Files.readString(path("r.html")), other);
    mistake(
        "evaluate --model m.avro --data rows.csv --label label --peer-data rows.csv",
        "--peer-data is for --report");
    mistake(
        "evaluate --model m.avro --data rows.csv --report r.html --peer-data rows.csv",
        "--peer-data is for --label");
    mistake(
        "evaluate --model m.avro --data rows.csv --anomaly-value yes",
        "--anomaly-value is for --label");
    mistake(
        "evaluate --model m.avro --data rows.csv --report none/r.html", "there is no directory");
  }

  @Test
  void rowsWithoutLabelsAreMeasuredToo() throws IOException {
    JsonNode measured = fitAndEvaluate("--data rows.csv --report r.html");
    assertThat(measured.get("rows").asInt()).isEqualTo(400);
    assertThat(measured.get("nll").isDouble()).isTrue();
    assertThat(measured.get("pValueDistance").isDouble()).isTrue();
    assertThat(measured.get("flagged").asInt()).isPositive();
    for (String figure :
        List.of(
            "anomalies",
            "auroc",
            "auprc",
            "recall",
            "precision",
            "falseAlarmRate",
            "missed",
            "aurocInterval",
            "auprcInterval",
            "auprcChance")) {
      assertThat(measured.get(figure).isNull()).as(figure).isTrue();
    }
    assertThat(measured.get("rates")).hasSize(10);
    assertThat(measured.get("rates").get(0).get("share").asDouble()).isBetween(0.01, 0.3);
    assertThat(measured.get("rates").get(0).get("recall").isNull()).isTrue();
    assertThat(measured.get("precisionAt")).isEmpty();
    assertThat(measured.get("peers")).isEmpty();
    JsonNode page = dataOf(Files.readString(path("r.html")));
    assertThat(page.get("figures")).isEqualTo(measured);
    assertThat(page.get("ranked").asBoolean()).isFalse();
    assertThat(page.get("least")).hasSize(25);
    assertThat(page.get("missed")).isEmpty();
    assertThat(page.get("histogram").get("anomalies")).isEmpty();
  }

  @Test
  void labelsOfOneKindMeasureNoRanking() throws IOException {
    Files.writeString(
        path("calm.csv"), Files.readString(path("rows.csv")).replaceAll("(?m),1$", ",0"));
    JsonNode measured = fitAndEvaluate("--data calm.csv --label label --report r.html");
    assertThat(measured.get("anomalies").asInt()).isZero();
    assertThat(measured.get("auroc").isNull()).isTrue();
    assertThat(measured.get("recall").isNull()).isTrue();
    assertThat(measured.get("falseAlarmRate").isDouble()).isTrue();
    assertThat(measured.get("peers")).isEmpty();
    assertThat(dataOf(Files.readString(path("r.html"))).get("ranked").asBoolean()).isFalse();
    assertThat(run("evaluate --model m.avro --data calm.csv --label label").err())
        .contains("'label' has no anomaly, so how well they are found cannot be measured");
  }

  /** Rows that lack a feature have numbers in the file, and no place among the scored ones. */
  @Test
  void listedRowsAreThoseOfTheFile() throws IOException {
    fitAndEvaluate("--data rows.csv");
    Files.writeString(path("gaps.csv"), "a,b\n" + ",1\n".repeat(30) + "0,0\n0.1,0\n50,-50\n");
    evaluate("--data gaps.csv --missing skip --report r.html");
    JsonNode least = dataOf(Files.readString(path("r.html"))).get("least");
    assertThat(least).hasSize(3);
    assertThat(least.get(0).get("row").asInt()).isEqualTo(33);
    assertThat(least.get(0).get("features").get(0).asInt()).isEqualTo(50);
  }

  private static JsonNode dataOf(String page) throws IOException {
    String start = "<script type=\"application/json\" id=\"data\">";
    int from = page.indexOf(start) + start.length();
    return new ObjectMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
  }

  /** The page has the command's figures, curves from end to end, and asks for nothing. */
  private static void assertReport(String page, JsonNode measured) throws IOException {
    assertThat(page).doesNotContain("<!--", "src=", "@import", "href=\"http");
    JsonNode data = dataOf(page);
    assertThat(data.get("figures")).isEqualTo(measured);
    assertThat(data.get("features").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(data.get("ranked").asBoolean()).isTrue();
    assertThat(data.get("curves")).hasSize(3);
    JsonNode roc = data.get("curves").get(0).get("roc");
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
    mistake(
        "scoer", "unknown command 'scoer'; did you mean 'score'? 'otflow help' lists the commands");
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
