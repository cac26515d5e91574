package io.otflow.cli;

import io.otflow.codec.CsvOutput;
import io.otflow.codec.CsvRows;
import io.otflow.codec.ModelFiles;
import io.otflow.detect.Detector;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scores a file. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes the log-likelihood of each row of a CSV file, in order; of a row that lacks a"
            + " feature, empty cells.")
final class ScoreCommand implements Callable<Integer> {

  /** Rows scored at once; all that is in memory. */
  static final int BATCH_ROWS = 4096;

  @Option(names = "--model", required = true, paramLabel = "M", description = "The model file.")
  private Path model;

  @Option(names = "--data", required = true, paramLabel = "F.csv", description = "The rows.")
  private Path data;

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "OUT.csv",
      description =
          "CSV file to write: logLikelihood (nats, the user's units), then pValue and anomaly where"
              + " the model is calibrated, then the id.")
  private Path scores;

  @Option(
      names = "--features",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A,B",
      description = "Columns to take, in the model's order (default: by the model's names).")
  private List<String> features;

  @Option(names = "--label", paramLabel = "COL", description = "Column that is no feature.")
  private String label;

  @Option(names = "--id", paramLabel = "COL", description = "Column to copy to the scores.")
  private String id;

  @Option(names = "--time", paramLabel = "COL", description = "Column that is no feature.")
  private String time;

  @Mixin private CsvOptions cells = new CsvOptions();
  @Mixin private CategoriesOption categories = new CategoriesOption();
  @Mixin private ScoringOptions scoring = new ScoringOptions();

  private final Notes notes = new Notes();

  @Override
  public Integer call() throws IOException {
    ModelSnapshot snapshot = ModelFiles.read(model);
    ModelFiles.requireWritable(scores);
    Detector detector = new Detector(snapshot);
    List<String> columns = columns(detector);
    try (LikelihoodEngine engine = scoring.createEngine();
        CsvRows rows =
            Columns.open(
                data,
                snapshot,
                cells.toFormat(categories.values(), null),
                notes,
                features,
                label,
                id,
                time);
        CsvOutput out = CsvOutput.create(scores, columns);
        Progress progress = new Progress("score", Files.size(data), " bytes")) {
      engine.load(snapshot);
      write(rows, engine, detector, out, columns.size(), progress);
      out.complete();
      notes.again(progress);
      notes.missing(data, rows.missing(), rows.rows());
    }
    return 0;
  }

  private List<String> columns(Detector detector) {
    List<String> columns = new ArrayList<>(List.of("logLikelihood"));
    if (scoring.estimatesErrors()) {
      columns.add("errorEstimate");
    }
    if (detector.calibrated()) {
      columns.addAll(List.of("pValue", "anomaly"));
    }
    if (id != null) {
      columns.add(id);
    }
    return columns;
  }

  private void write(
      CsvRows rows,
      LikelihoodEngine engine,
      Detector detector,
      CsvOutput out,
      int columns,
      Progress progress)
      throws IOException {
    boolean estimates = scoring.estimatesErrors();
    double[] x = new double[BATCH_ROWS * rows.d()];
    double[] logLikelihood = new double[BATCH_ROWS];
    double[] errorEstimate = new double[BATCH_ROWS];
    boolean[] complete = new boolean[BATCH_ROWS];
    String[] ids = new String[BATCH_ROWS];
    int count;
    do {
      count = 0;
      while (count < BATCH_ROWS && rows.advance()) {
        complete[count] = rows.complete();
        if (complete[count]) {
          rows.features(x, count * rows.d());
        } else {
          Arrays.fill(x, count * rows.d(), (count + 1) * rows.d(), 0);
        }
        ids[count] = id == null ? null : rows.cell(id);
        count++;
      }
      engine.score(x, count, logLikelihood, errorEstimate);
      for (int i = 0; i < count; i++) {
        if (complete[i]) {
          int column = 0;
          out.set(column++, logLikelihood[i]);
          if (estimates) {
            out.set(column++, errorEstimate[i]);
          }
          if (detector.calibrated()) {
            out.set(column++, detector.pValue(logLikelihood[i]));
            out.set(column, String.valueOf(detector.anomaly(logLikelihood[i])));
          }
        }
        if (id != null) {
          out.set(columns - 1, ids[i]);
        }
        out.endRow();
      }
      progress.at(rows.bytesRead(), rows.rows() + " rows");
    } while (count == BATCH_ROWS);
  }
}
