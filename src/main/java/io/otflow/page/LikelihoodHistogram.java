package io.otflow.page;

import io.otflow.evaluate.ScoredRows;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How log-likelihoods are distributed: shares of the rows in bins of equal width, 2·n^(1/3) of them
 * for n rows (Rice's rule), {@value #LEAST_BINS} at least and {@value #MOST_BINS} at most.
 *
 * @param edges where the bins begin and the last one ends, nats, one more than bins
 * @param ordinary share of the ordinary rows, or of all rows without labels, in each bin
 * @param anomalies share of the anomalies in each bin; empty without labels
 * @param below rows left of the bins
 */
@SuppressWarnings("ArrayRecordComponent")
record LikelihoodHistogram(double[] edges, double[] ordinary, double[] anomalies, int below) {

  private static final int LEAST_BINS = 10;
  private static final int MOST_BINS = 120;

  /** Share of the rows, the least likely ones, that lie left of the bins. */
  private static final double LEFT_OUT = 0.005;

  static LikelihoodHistogram of(ScoredRows rows) {
    double[] sorted =
        Arrays.stream(rows.logLikelihood()).filter(Double::isFinite).sorted().toArray();
    int bins = bins(sorted.length);
    double from = sorted.length == 0 ? 0 : sorted[(int) (LEFT_OUT * sorted.length)];
    double to = sorted.length == 0 ? 1 : sorted[sorted.length - 1];
    double width = to > from ? (to - from) / bins : 1;
    double[][] counts = new double[2][bins];
    int below = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double value = rows.logLikelihood()[i];
      if (value < from) {
        below++;
      } else {
        counts[rows.anomaly(i) ? 1 : 0][Math.min(bins - 1, (int) ((value - from) / width))]++;
      }
    }
    int anomalies = rows.anomalies();
    return new LikelihoodHistogram(
        IntStream.rangeClosed(0, bins).mapToDouble(b -> from + b * width).toArray(),
        shares(counts[0], rows.rows() - anomalies),
        rows.labels().isPresent() ? shares(counts[1], anomalies) : new double[0],
        below);
  }

  private static int bins(int rows) {
    return Math.max(LEAST_BINS, Math.min(MOST_BINS, (int) Math.round(2 * Math.cbrt(rows))));
  }

  private static double[] shares(double[] counts, int all) {
    return Arrays.stream(counts).map(count -> count / Math.max(1, all)).toArray();
  }
}
