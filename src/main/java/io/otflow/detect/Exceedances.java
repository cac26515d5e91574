package io.otflow.detect;

import io.otflow.math.ChiSquare;
import java.util.Arrays;

/**
 * Counts of exceedances over a start, in groups that shrink geometrically towards the tail, so that
 * the last few rows weigh in a test of fit as much as the thousands before them. Where rows beyond
 * a cut do not count, the last group ends at the cut; else it has no end.
 *
 * @param edges bounds of the groups, from 0, ascending
 * @param counts rows in each group, one fewer than edges
 */
@SuppressWarnings("ArrayRecordComponent")
record Exceedances(double[] edges, double[] counts) {

  /** By how much a group reaches less deep into the tail than the one before. */
  private static final double RATIO = 1.12;

  /** Rows in the last group. */
  private static final int LAST = 10;

  /** Rows expected in a group of the test of fit. */
  private static final double LEAST_EXPECTED = 8;

  /**
   * Groups the rows between a start and a cut.
   *
   * @param v values, ascending
   * @param from first row that exceeds the start, which is the row before it
   * @param to first row that does not count
   * @param cut value beyond which rows do not count; infinite where all do
   */
  static Exceedances of(double[] v, int from, int to, double cut) {
    double start = v[from - 1];
    double[] edges = new double[256];
    double[] counts = new double[256];
    int groups = 0;
    int above = to - from;
    for (int rest = above; rest > LAST; ) {
      int next = Math.min(rest - 1, (int) (rest / RATIO));
      double edge = v[to - next - 1] - start;
      if (edge > edges[groups] && edge < cut - start) {
        counts[groups++] = above - next;
        edges[groups] = edge;
        above = next;
        if (groups == edges.length - 2) {
          edges = Arrays.copyOf(edges, 2 * groups);
          counts = Arrays.copyOf(counts, 2 * groups);
        }
      }
      rest = next;
    }
    counts[groups++] = above;
    edges[groups] = cut - start;
    return new Exceedances(Arrays.copyOf(edges, groups + 1), Arrays.copyOf(counts, groups));
  }

  int rows() {
    return (int) Arrays.stream(counts).sum();
  }

  boolean cut() {
    return edges[edges.length - 1] < Double.POSITIVE_INFINITY;
  }

  /** Log-likelihood of the counts; negative infinity where a row is not possible. */
  double logLikelihood(GeneralizedPareto tail) {
    double last = cut() ? tail.survival(edges[edges.length - 1]) : 0;
    double sum = -rows() * Math.log1p(-last);
    double above = 1;
    for (int i = 0; i < counts.length; i++) {
      double below = i == counts.length - 1 ? last : tail.survival(edges[i + 1]);
      if (counts[i] > 0) {
        sum += counts[i] * Math.log(above - below);
      }
      above = below;
    }
    return Double.isNaN(sum) ? Double.NEGATIVE_INFINITY : sum;
  }

  /**
   * Pearson's test of fit, groups joined until eight rows are expected in each.
   *
   * @param tail fitted to these rows
   * @return probability of a worse fit, if the tail is right; 1 where there are too few groups
   */
  double fit(GeneralizedPareto tail) {
    double last = cut() ? tail.survival(edges[edges.length - 1]) : 0;
    double total = rows() / (1 - last);
    double statistic = 0;
    int groups = 0;
    double observed = 0;
    double expected = 0;
    double above = 1;
    for (int i = 0; i < counts.length; i++) {
      double below = i == counts.length - 1 ? last : tail.survival(edges[i + 1]);
      observed += counts[i];
      expected += total * (above - below);
      above = below;
      if (expected >= LEAST_EXPECTED || (i == counts.length - 1 && expected > 0)) {
        statistic += (observed - expected) * (observed - expected) / expected;
        groups++;
        observed = 0;
        expected = 0;
      }
    }
    // The groups are one sample, and two parameters were fitted.
    int degrees = groups - 3;
    return degrees < 1 ? 1 : Math.exp(new ChiSquare(degrees).logSurvival(statistic));
  }
}
