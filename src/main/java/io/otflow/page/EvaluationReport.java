package io.otflow.page;

import io.otflow.detect.Curves;
import io.otflow.evaluate.Evaluation;
import io.otflow.evaluate.ExplainedRow;
import io.otflow.evaluate.PeerScores;
import io.otflow.evaluate.ScoredRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One page about a model on rows, that needs nothing from elsewhere: what each threshold finds,
 * curves beside those of peers, the distribution of the log-likelihood, the calibration of
 * p-values, and single rows with what makes them improbable. Without labels, or with labels of one
 * kind only, what needs both kinds is left out.
 *
 * @param source what the page says of rows and model, by name: the file {@code data}, when the page
 *     was made in {@code madeAtMillis} since 1970, and the {@code figures}
 * @param featureNames the d features
 * @param evaluation the rows and the model's decisions
 * @param peers how other detectors score the same rows
 * @param least the least likely rows
 * @param missed anomalies that are not flagged
 */
public record EvaluationReport(
    Map<String, Object> source,
    List<String> featureNames,
    Evaluation evaluation,
    List<PeerScores> peers,
    List<ExplainedRow> least,
    List<ExplainedRow> missed) {

  /** Most points of a curve that are drawn; more than a screen has. */
  private static final int MOST_POINTS = 1000;

  /**
   * Writes the page.
   *
   * @param file where; replaced if it is there
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    String page = PageTemplate.fill("report.html", Map.of("DATA", PageTemplate.json(content())));
    Files.writeString(file, page);
  }

  private Map<String, Object> content() {
    boolean ranked = evaluation.rows().bothKinds();
    ScoredRows rows =
        ranked
            ? evaluation.rows()
            : new ScoredRows(evaluation.rows().logLikelihood(), Optional.empty());
    PValueCurves pValues = PValueCurves.of(evaluation.detector(), rows.ordinary());
    LikelihoodHistogram histogram = LikelihoodHistogram.of(rows);
    Map<String, Object> content = new LinkedHashMap<>(source);
    content.put("ranked", ranked);
    content.put("features", featureNames);
    content.put("curves", ranked ? curves(rows) : List.of());
    content.put(
        "histogram",
        Map.of(
            "edges", histogram.edges(),
            "ordinary", histogram.ordinary(),
            "anomalies", histogram.anomalies(),
            "below", histogram.below()));
    content.put("calibration", pValues.calibration());
    content.put("tail", pValues.tail());
    content.put("least", least.stream().map(EvaluationReport::row).toList());
    content.put("missed", missed.stream().map(EvaluationReport::row).toList());
    return content;
  }

  /** The model's curves, then those of its peers. */
  private List<Map<String, Object>> curves(ScoredRows rows) {
    boolean[] anomaly = rows.labels().orElseThrow();
    List<Map<String, Object>> curves = new ArrayList<>();
    curves.add(curves("flow", rows.scores(), anomaly));
    peers.forEach(peer -> curves.add(curves(peer.name(), peer.score(), anomaly)));
    return curves;
  }

  private static Map<String, Object> curves(String name, double[] score, boolean[] anomaly) {
    Map<String, Object> curves = new LinkedHashMap<>();
    curves.put("name", name);
    curves.put("roc", points(Curves.roc(score, anomaly)));
    curves.put("precisionRecall", points(Curves.precisionRecall(score, anomaly)));
    return curves;
  }

  /** At most so many points, the first and the last among them. */
  private static List<double[]> points(List<Curves.Point> all) {
    int steps = Math.min(all.size(), MOST_POINTS) - 1;
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i <= steps; i++) {
      Curves.Point point = all.get(steps == 0 ? 0 : (int) ((long) i * (all.size() - 1) / steps));
      kept.add(new double[] {point.x(), point.y()});
    }
    return kept;
  }

  private static Map<String, Object> row(ExplainedRow one) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("row", one.number());
    row.put("logLikelihood", finite(one.logLikelihood()));
    row.put("pValue", finite(one.pValue()));
    row.put("anomaly", one.anomaly());
    row.put("features", one.features());
    row.put("gains", Arrays.stream(one.gains()).map(g -> Math.min(g, Double.MAX_VALUE)).toArray());
    return row;
  }

  /** JSON has no infinity and no NaN, and this is read by people. */
  private static Object finite(double value) {
    if (Double.isNaN(value)) {
      return null;
    }
    return Double.isFinite(value) ? (Object) value : value < 0 ? "−∞" : "∞";
  }
}
