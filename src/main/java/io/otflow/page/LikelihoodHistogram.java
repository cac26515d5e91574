package io.otflow.page;

import io.otflow.evaluate.ScoredRows;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How log-likelihoods are distributed: shares of the rows in bins of equal width, 2·n^(1/3) of them
 * for n rows (Rice's rule), {@value #LEAST_BINS} at least and {@value #MOST_BINS} at most. A few
 * rows that lie far to the left would leave all others to one bin, so the bins begin {@value
 * #REACH} interquartile ranges left of the lower quartile, and the first one holds what lies left
 * of it too.
 *
 * @param edges where the bins begin and the last one ends, nats, one more than bins
 * @param ordinary share of the ordinary rows, or of all rows without labels, in each bin
 * @param anomalies share of the anomalies in each bin; empty without labels
 * @param below rows that lie left of the first bin, and are counted in it
 */
@SuppressWarnings("ArrayRecordComponent")
record LikelihoodHistogram(double[] edges, double[] ordinary, double[] anomalies, int below) {

  private static final int LEAST_BINS = 10;
  private static final int MOST_BINS = 120;
  private static final double REACH = 6;

  static LikelihoodHistogram of(ScoredRows rows) {
    double[] sorted =
        Arrays.stream(rows.logLikelihood()).filter(Double::isFinite).sorted().toArray();
    int n = sorted.length;
    int bins = bins(n);
    double from = n == 0 ? 0 : Math.max(sorted[0], reach(sorted[n / 4], sorted[3 * n / 4]));
    double to = n == 0 ? 1 : sorted[n - 1];
    double width = to > from ? (to - from) / bins : 1;
    double[][] counts = new double[2][bins];
    int below = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double value = rows.logLikelihood()[i];
      int bin = (int) Math.max(0, Math.min(bins - 1, (value - from) / width));
      counts[rows.anomaly(i) ? 1 : 0][bin]++;
      below += value < from ? 1 : 0;
    }
    int anomalies = rows.anomalies();
    return new LikelihoodHistogram(
        IntStream.rangeClosed(0, bins).mapToDouble(b -> from + b * width).toArray(),
        shares(counts[0], rows.rows() - anomalies),
        rows.labels().isPresent() ? shares(counts[1], anomalies) : new double[0],
        below);
  }

  /** Where the bins begin, if rows lie there; with equal quartiles they begin at the least row. */
  private static double reach(double lower, double upper) {
    return upper > lower ? lower - REACH * (upper - lower) : Double.NEGATIVE_INFINITY;
  }

  private static int bins(int rows) {
    return Math.max(LEAST_BINS, Math.min(MOST_BINS, (int) Math.round(2 * Math.cbrt(rows))));
  }

  private static double[] shares(double[] counts, int all) {
    return Arrays.stream(counts).map(count -> count / Math.max(1, all)).toArray();
  }
}
