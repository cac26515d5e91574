package io.otflow.cli;

import io.otflow.codec.CsvRows;
import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.detect.Detector;
import io.otflow.detect.FeatureGains;
import io.otflow.detect.Ranking;
import io.otflow.detect.Uniformity;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;
import io.otflow.page.EvaluationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a model on labelled rows. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures a model on a labelled CSV file; prints one JSON object.")
final class EvaluateCommand implements Callable<Integer> {

  /** Rows that a report lists. */
  private static final int LEAST_LIKELY = 25;

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "M", description = "The model file.")
  private Path model;

  @Option(names = "--data", required = true, paramLabel = "F.csv", description = "The rows.")
  private Path data;

  @Option(
      names = "--label",
      required = true,
      paramLabel = "COL",
      description = "Column with 1 for an anomaly, 0 for an ordinary row.")
  private String label;

  @Option(
      names = "--features",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A,B",
      description = "Columns to take, in the model's order (default: by the model's names).")
  private List<String> features;

  @Option(names = "--id", paramLabel = "COL", description = "Column that is no feature.")
  private String id;

  @Option(names = "--time", paramLabel = "COL", description = "Column that is no feature.")
  private String time;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description =
          "Also writes a page: curves, distribution, calibration, and the least likely rows. It"
              + " needs nothing from elsewhere.")
  private Path report;

  @Option(
      names = "--anomaly-value",
      paramLabel = "V",
      description =
          "What --label holds for an anomaly, any other value being ordinary (default: 1 or true).")
  private String anomalyValue;

  @Mixin private CsvOptions cells = new CsvOptions();
  @Mixin private CategoriesOption categories = new CategoriesOption();
  @Mixin private ScoringOptions scoring = new ScoringOptions();

  private final Notes notes = new Notes();

  @Override
  public Integer call() throws IOException {
    ModelSnapshot snapshot = ModelFiles.read(model);
    double[] logLikelihood = new double[1024];
    boolean[] anomaly = new boolean[1024];
    int rows = 0;
    try (LikelihoodEngine engine = scoring.createEngine();
        CsvRows csv = open(snapshot)) {
      engine.load(snapshot);
      double[] x = new double[ScoreCommand.BATCH_ROWS * csv.d()];
      double[] scores = new double[ScoreCommand.BATCH_ROWS];
      int count;
      do {
        if (rows + ScoreCommand.BATCH_ROWS > anomaly.length) {
          int longer = Math.max(2 * rows, rows + ScoreCommand.BATCH_ROWS);
          logLikelihood = Arrays.copyOf(logLikelihood, longer);
          anomaly = Arrays.copyOf(anomaly, longer);
        }
        count = 0;
        while (count < ScoreCommand.BATCH_ROWS && csv.next()) {
          csv.features(x, count * csv.d());
          anomaly[rows + count] = csv.label(label);
          count++;
        }
        engine.score(x, count, scores, null);
        System.arraycopy(scores, 0, logLikelihood, rows, count);
        rows += count;
      } while (count == ScoreCommand.BATCH_ROWS);
      notes.missing(data, csv.missing(), csv.rows());
    }
    logLikelihood = Arrays.copyOf(logLikelihood, rows);
    anomaly = Arrays.copyOf(anomaly, rows);
    Json result = figures(logLikelihood, anomaly, new Detector(snapshot));
    if (report != null) {
      writeReport(snapshot, logLikelihood, anomaly, result);
    }
    if (result.fields().get("auroc") instanceof Double auroc && auroc < 0.3) {
      System.err.println(
          "otflow: ordinary rows are less likely than the anomalies: is --label the other way"
              + " round? --anomaly-value says what stands for an anomaly");
    }
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private void writeReport(
      ModelSnapshot snapshot, double[] logLikelihood, boolean[] anomaly, Json figures)
      throws IOException {
    Object anomalies = figures.fields().get("anomalies");
    if (anomalies.equals(0) || anomalies.equals(anomaly.length)) {
      throw new InputException(
          data + ": --report needs rows of both kinds, " + anomalies + " are anomalies");
    }
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("data", String.valueOf(data.getFileName()));
    source.put("model", String.valueOf(model.getFileName()));
    source.put("version", snapshot.version());
    source.put("figures", figures.fields());
    List<EvaluationReport.LeastLikely> least = new ArrayList<>();
    List<String> names;
    try (LikelihoodEngine engine = scoring.createEngine();
        CsvRows csv = open(snapshot)) {
      engine.load(snapshot);
      names = csv.featureNames();
      FeatureGains gains = new FeatureGains(engine, snapshot);
      Set<Integer> wanted = leastLikely(logLikelihood);
      Map<Double, List<EvaluationReport.LeastLikely>> byLikelihood = new TreeMap<>();
      for (int i = 0; csv.next(); i++) {
        if (wanted.contains(i + 1)) {
          double[] x = new double[csv.d()];
          csv.features(x, 0);
          byLikelihood
              .computeIfAbsent(logLikelihood[i], unused -> new ArrayList<>())
              .add(new EvaluationReport.LeastLikely((int) csv.rows(), x, gains.of(x)));
        }
      }
      byLikelihood.values().forEach(least::addAll);
    }
    new EvaluationReport(source, names, logLikelihood, anomaly, new Detector(snapshot), least)
        .write(report);
    System.err.println("otflow: " + report + " is a page for a browser");
  }

  private CsvRows open(ModelSnapshot snapshot) throws IOException {
    return Columns.open(
        data,
        snapshot,
        cells.toFormat(categories.values(), anomalyValue),
        notes,
        features,
        label,
        id,
        time);
  }

  /** Numbers of the least likely rows, from 1. */
  private static Set<Integer> leastLikely(double[] logLikelihood) {
    return IntStream.rangeClosed(1, logLikelihood.length)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> logLikelihood[row - 1]))
        .limit(LEAST_LIKELY)
        .collect(Collectors.toSet());
  }

  private static Json figures(double[] logLikelihood, boolean[] anomaly, Detector detector) {
    int rows = anomaly.length;
    double sum = 0;
    int anomalies = 0;
    int flagged = 0;
    int hits = 0;
    double[] score = new double[rows];
    for (int i = 0; i < rows; i++) {
      sum -= logLikelihood[i];
      score[i] = -logLikelihood[i];
      anomalies += anomaly[i] ? 1 : 0;
      boolean alarm = detector.anomaly(logLikelihood[i]);
      flagged += alarm ? 1 : 0;
      hits += alarm && anomaly[i] ? 1 : 0;
    }
    boolean calibrated = detector.calibrated();
    return new Json()
        .put("rows", rows)
        .put("anomalies", anomalies)
        .put("nll", sum / rows)
        .put("auroc", Ranking.auroc(score, anomaly))
        .put("auprc", Ranking.auprc(score, anomaly))
        .put("threshold", detector.threshold())
        .put("recall", calibrated ? (double) hits / anomalies : Double.NaN)
        .put("precision", calibrated ? (double) hits / flagged : Double.NaN)
        .put(
            "falseAlarmRate",
            calibrated ? (double) (flagged - hits) / (rows - anomalies) : Double.NaN)
        .put(
            "pValueDistance",
            Uniformity.distance(
                IntStream.range(0, rows)
                    .filter(i -> !anomaly[i])
                    .mapToDouble(i -> detector.pValue(logLikelihood[i]))
                    .toArray()));
  }
}
