package io.otflow.cli;

import io.otflow.codec.CsvRows;
import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.detect.Detector;
import io.otflow.detect.FeatureGains;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.evaluate.Evaluation;
import io.otflow.evaluate.PeerRows;
import io.otflow.evaluate.Peers;
import io.otflow.evaluate.ScoredRows;
import io.otflow.model.ModelSnapshot;
import io.otflow.page.EvaluationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Measures a model on rows. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures a model on a CSV file; prints one JSON object. With labels it measures how well"
            + " anomalies are found, without them what is flagged and how far p-values are from"
            + " uniform.")
final class EvaluateCommand implements Callable<Integer> {

  /** Area under the ROC curve under which labels are probably the other way round. */
  private static final double INVERTED = 0.3;

  private static final long PEER_SEED = 1;

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "M", description = "The model file.")
  private Path model;

  @Option(names = "--data", required = true, paramLabel = "F.csv", description = "The rows.")
  private Path data;

  @Option(
      names = "--label",
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
          "Also writes a page: what each threshold finds, curves, distribution, calibration, and"
              + " single rows. It needs nothing from elsewhere. With labels it compares with a random"
              + " cut forest and a robust Gaussian, which takes two seconds for 10,000 rows.")
  private Path report;

  @Option(
      names = "--peer-data",
      paramLabel = "P.csv",
      description =
          "Rows that the forest and the Gaussian of --report learn from, such as those the model was"
              + " fitted to: at most 10,000 of them (default: those of --data, without labels).")
  private Path peerData;

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
    ParseResult given = spec.commandLine().getParseResult();
    if (label == null) {
      Checks.none(given, "is for --label", "--anomaly-value", "--peer-data");
    }
    if (report == null) {
      Checks.none(given, "is for --report", "--peer-data");
    }
    ModelSnapshot snapshot = ModelFiles.read(model);
    if (report != null) {
      ModelFiles.requireWritable(report);
    }
    Evaluation evaluation = new Evaluation(score(snapshot), new Detector(snapshot));
    Json result =
        EvaluationJson.of(evaluation)
            .put("model", EvaluationJson.model(String.valueOf(model.getFileName()), snapshot));
    if (report != null) {
      writeReport(snapshot, evaluation, result);
    }
    remark(evaluation.rows(), result);
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private void remark(ScoredRows rows, Json figures) {
    if (label != null && !rows.bothKinds()) {
      System.err.printf(
          "otflow: '%s' has %s, so how well they are found cannot be measured%n",
          label, rows.anomalies() == 0 ? "no anomaly" : "anomalies only");
    }
    if (figures.fields().get("auroc") instanceof Double auroc && auroc < INVERTED) {
      System.err.println(
          "otflow: ordinary rows are less likely than the anomalies: is --label the other way"
              + " round? --anomaly-value says what stands for an anomaly");
    }
  }

  private ScoredRows score(ModelSnapshot snapshot) throws IOException {
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
          anomaly[rows + count] = label != null && csv.label(label);
          count++;
        }
        engine.score(x, count, scores, null);
        System.arraycopy(scores, 0, logLikelihood, rows, count);
        rows += count;
      } while (count == ScoreCommand.BATCH_ROWS);
      notes.missing(data, csv.missing(), csv.rows());
    }
    Optional<boolean[]> labels =
        label == null ? Optional.empty() : Optional.of(Arrays.copyOf(anomaly, rows));
    return new ScoredRows(Arrays.copyOf(logLikelihood, rows), labels);
  }

  /** Writes the page, and puts into the figures what it shows beyond them. */
  private void writeReport(ModelSnapshot snapshot, Evaluation evaluation, Json figures)
      throws IOException {
    try (LikelihoodEngine engine = scoring.createEngine();
        CsvRows csv = open(snapshot)) {
      engine.load(snapshot);
      List<String> names = csv.featureNames();
      Optional<Peers> peers =
          evaluation.rows().bothKinds()
              ? Optional.of(fitPeers(snapshot, names, figures))
              : Optional.empty();
      ReportRows rows = ReportRows.read(csv, evaluation, new FeatureGains(engine, snapshot), peers);
      figures
          .put("peers", rows.peers().stream().map(EvaluationJson::peer).toList())
          .put("featureShares", EvaluationJson.shares(rows.shares(), names));
      Map<String, Object> source = new LinkedHashMap<>();
      source.put("data", String.valueOf(data.getFileName()));
      source.put("madeAtMillis", System.currentTimeMillis());
      source.put("figures", figures.fields());
      new EvaluationReport(source, names, evaluation, rows.peers(), rows.least(), rows.missed())
          .write(report);
    }
    System.err.println("otflow: " + report + " is a page for a browser");
  }

  private Peers fitPeers(ModelSnapshot snapshot, List<String> names, Json figures)
      throws IOException {
    Path learned = peerData == null ? data : peerData;
    PeerRows rows = new PeerRows(snapshot.d(), PEER_SEED);
    try (CsvRows csv =
        Columns.open(learned, snapshot, cells.toFormat(categories.values(), null), notes, names)) {
      double[] x = new double[csv.d()];
      while (csv.next()) {
        csv.features(x, 0);
        rows.add(x);
      }
      notes.missing(learned, csv.missing(), csv.rows());
    }
    if (rows.rows() == 0) {
      throw new InputException(learned + " has no rows that the report's peers could learn from");
    }
    figures.put(
        "peersLearnedFrom",
        new Json()
            .put("data", String.valueOf(learned.getFileName()))
            .put("same", peerData == null)
            .put("rows", rows.rows()));
    return new Peers(rows, PEER_SEED);
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
}
