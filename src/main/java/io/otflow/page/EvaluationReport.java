package io.otflow.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.detect.Curves;
import io.otflow.detect.Detector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One page about a model on labelled rows, that needs nothing from elsewhere: curves, the
 * distribution of the log-likelihood, the calibration of p-values, and the least likely rows.
 *
 * @param source what the page says of rows and model, by name: data, model, version, figures
 * @param featureNames the d features
 * @param logLikelihood of each row, nats
 * @param anomaly label of each row
 * @param detector threshold and p-values of the model
 * @param least the least likely rows
 */
@SuppressWarnings("ArrayRecordComponent")
public record EvaluationReport(
    Map<String, Object> source,
    List<String> featureNames,
    double[] logLikelihood,
    boolean[] anomaly,
    Detector detector,
    List<LeastLikely> least) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Most points of a curve that are drawn; more than a screen has. */
  private static final int MOST_POINTS = 1000;

  private static final int BINS = 80;

  /** Share of the rows, the least likely ones, that the histogram leaves out to its left. */
  private static final double LEFT_OUT = 0.005;

  private static final int CALIBRATION_POINTS = 60;

  /** Points for each power of ten of the tail, and the power that it is drawn up to at least. */
  private static final int TAIL_POINTS = 40;

  private static final double TAIL_DECADES = 6;

  /** Standard errors to each side of a band. */
  private static final double BAND = 2;

  /**
   * A row among the least likely ones.
   *
   * @param row its number in the file, from 1
   * @param features its d features
   * @param gains what it would gain by each, nats
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record LeastLikely(int row, double[] features, double[] gains) {}

  /**
   * Writes the page.
   *
   * @param file where; replaced if it is there
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Files.writeString(file, PageTemplate.fill("report.html", Map.of("DATA", json())));
  }

  private String json() {
    double[] score = Arrays.stream(logLikelihood).map(value -> -value).toArray();
    Map<String, Object> data = new LinkedHashMap<>(source);
    data.put("features", featureNames);
    data.put("roc", points(Curves.roc(score, anomaly)));
    data.put("precisionRecall", points(Curves.precisionRecall(score, anomaly)));
    data.put("histogram", histogram());
    double[] pValues = sortedPValues();
    data.put("calibration", detector.calibrated() ? calibration(pValues) : List.of());
    data.put("tail", detector.calibrated() ? tail(pValues) : List.of());
    data.put("least", least.stream().map(this::row).toList());
    try {
      // Nothing in the data ends the script that it stands in.
      return MAPPER.writeValueAsString(data).replace("</", "<\\/");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of plain values is always JSON", e);
    }
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

  private Map<String, Object> histogram() {
    double[] sorted =
        Arrays.stream(logLikelihood).filter(value -> !Double.isInfinite(value)).sorted().toArray();
    double from = sorted.length == 0 ? 0 : sorted[(int) (LEFT_OUT * sorted.length)];
    double to = sorted.length == 0 ? 1 : sorted[sorted.length - 1];
    double width = to > from ? (to - from) / BINS : 1;
    double[][] counts = new double[2][BINS];
    double[] totals = new double[2];
    int below = 0;
    for (int i = 0; i < anomaly.length; i++) {
      int kind = anomaly[i] ? 1 : 0;
      totals[kind]++;
      if (logLikelihood[i] < from) {
        below++;
      } else {
        counts[kind][Math.min(BINS - 1, (int) ((logLikelihood[i] - from) / width))]++;
      }
    }
    Map<String, Object> histogram = new LinkedHashMap<>();
    histogram.put(
        "edges", IntStream.rangeClosed(0, BINS).mapToDouble(b -> from + b * width).toArray());
    histogram.put("ordinary", Arrays.stream(counts[0]).map(c -> c / totals[0]).toArray());
    histogram.put("anomalies", Arrays.stream(counts[1]).map(c -> c / totals[1]).toArray());
    histogram.put("below", below);
    return histogram;
  }

  /** P-values of the ordinary rows, ascending. */
  private double[] sortedPValues() {
    return IntStream.range(0, anomaly.length)
        .filter(i -> !anomaly[i])
        .mapToDouble(i -> detector.pValue(logLikelihood[i]))
        .sorted()
        .toArray();
  }

  /**
   * −log10 of expected p-values, from 0 up; of the ordinary rows', which end where the rows do; and
   * two standard errors of what the calibration knows of them, below and above.
   */
  private List<Object[]> tail(double[] sorted) {
    List<Object[]> points = new ArrayList<>();
    int last = -1;
    double decades = Math.max(TAIL_DECADES, Math.log10(sorted.length + 1));
    for (int i = 0; i <= decades * TAIL_POINTS; i++) {
      double p = Math.pow(10, -(double) i / TAIL_POINTS);
      int rank = (int) Math.round(p * (sorted.length + 1));
      boolean row = rank >= 1 && rank <= sorted.length && rank != last;
      last = rank;
      double expected = row ? (double) rank / (sorted.length + 1) : p;
      double x = -Math.log10(expected);
      double error = BAND * detector.logError(expected) / Math.log(10);
      points.add(
          new Object[] {
            x, row ? finite(-Math.log10(sorted[rank - 1])) : null, Math.max(0, x - error), x + error
          });
    }
    points.sort(Comparator.comparingDouble(point -> (Double) point[0]));
    return points;
  }

  /** For p-values from small to 1, the share of ordinary rows with at most that. */
  private List<double[]> calibration(double[] sorted) {
    double least = 1.0 / Math.max(2, sorted.length);
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i <= CALIBRATION_POINTS; i++) {
      double p = Math.pow(least, 1 - (double) i / CALIBRATION_POINTS);
      int at = upperBound(sorted, p);
      if (at > 0) {
        points.add(new double[] {p, (double) at / sorted.length});
      }
    }
    return points;
  }

  /** How many of the sorted values are at most a value. */
  private static int upperBound(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Map<String, Object> row(LeastLikely one) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("row", one.row());
    row.put("logLikelihood", finite(logLikelihood[one.row() - 1]));
    row.put("pValue", finite(detector.pValue(logLikelihood[one.row() - 1])));
    row.put("anomaly", anomaly[one.row() - 1]);
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
