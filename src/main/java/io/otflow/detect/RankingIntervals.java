package io.otflow.detect;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How far the areas of {@link Ranking} would scatter on other rows of the same kind: percentile
 * intervals of the bootstrap (Efron and Tibshirani 1993, chapter 13). A resample draws as many
 * anomalies and as many ordinary rows as there are, each with replacement.
 *
 * <p>There are {@value #MOST} resamples, and for more than 100,000 rows as many as 10⁸ draws make,
 * but {@value #LEAST} at least. That is about two seconds up to a million rows, and in proportion
 * to the rows beyond; 20 bytes a row are allocated.
 *
 * @param auroc the interval of {@link Ranking#auroc}
 * @param auprc the interval of {@link Ranking#auprc}
 */
public record RankingIntervals(Interval auroc, Interval auprc) {

  private static final int MOST = 1000;
  private static final int LEAST = 100;
  private static final double DRAWS = 1e8;

  /** Share of the resamples beyond each end. */
  private static final double BEYOND = 0.025;

  /**
   * Resamples rows.
   *
   * @param score one value a row, higher for more anomalous, infinities allowed, NaN not
   * @param anomaly the labels
   * @param seed seed of the resamples
   * @return the intervals; unknown without an anomaly or without an ordinary row
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static RankingIntervals of(double[] score, boolean[] anomaly, long seed) {
    int[] order = Ranking.descending(score, anomaly);
    int anomalies = Ranking.count(anomaly, order, 0, order.length);
    if (anomalies == 0 || anomalies == order.length) {
      return new RankingIntervals(Interval.UNKNOWN, Interval.UNKNOWN);
    }
    Ranks ranks = Ranks.of(score, anomaly, order, anomalies);
    int resamples = (int) Math.max(LEAST, Math.min(MOST, DRAWS / order.length));
    double[] auroc = new double[resamples];
    double[] auprc = new double[resamples];
    RandomGenerator random = new SplittableRandom(seed);
    int[] hits = new int[ranks.count()];
    int[] others = new int[ranks.count()];
    for (int b = 0; b < resamples; b++) {
      draw(ranks.ofAnomalies(), random, hits);
      draw(ranks.ofOrdinary(), random, others);
      measure(hits, others, auroc, auprc, b);
    }
    return new RankingIntervals(percentiles(auroc), percentiles(auprc));
  }

  /**
   * Ranks from the highest score, as coarse as the areas are the same: rows of a tie share one, and
   * so do ordinary rows that no anomaly lies between.
   *
   * @param ofAnomalies the rank of each anomaly
   * @param ofOrdinary the rank of each ordinary row
   * @param count how many ranks there are
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Ranks(int[] ofAnomalies, int[] ofOrdinary, int count) {

    static Ranks of(double[] score, boolean[] anomaly, int[] order, int anomalies) {
      int[] ofAnomalies = new int[anomalies];
      int[] ofOrdinary = new int[order.length - anomalies];
      int rank = 0;
      int a = 0;
      int o = 0;
      for (int i = 0; i < order.length; ) {
        int end = Ranking.endOfTie(score, order, i);
        int tied = Ranking.count(anomaly, order, i, end);
        rank += tied > 0 ? 1 : 0;
        Arrays.fill(ofAnomalies, a, a + tied, rank);
        Arrays.fill(ofOrdinary, o, o + end - i - tied, rank);
        a += tied;
        o += end - i - tied;
        rank += tied > 0 ? 1 : 0;
        i = end;
      }
      return new Ranks(ofAnomalies, ofOrdinary, rank + 1);
    }
  }

  /** Counts the ranks of as many rows, drawn with replacement. */
  private static void draw(int[] ranks, RandomGenerator random, int[] counts) {
    Arrays.fill(counts, 0);
    for (int i = 0; i < ranks.length; i++) {
      counts[ranks[random.nextInt(ranks.length)]]++;
    }
  }

  private static void measure(
      int[] hits, int[] others, double[] auroc, double[] auprc, int resample) {
    double wins = 0;
    double precisions = 0;
    long above = 0;
    long taken = 0;
    for (int r = 0; r < hits.length; r++) {
      wins += (double) others[r] * above + 0.5 * others[r] * hits[r];
      above += hits[r];
      taken += hits[r] + others[r];
      precisions += hits[r] == 0 ? 0 : hits[r] * ((double) above / taken);
    }
    auroc[resample] = wins / ((double) above * (taken - above));
    auprc[resample] = precisions / above;
  }

  private static Interval percentiles(double[] values) {
    Arrays.sort(values);
    int beyond = (int) (BEYOND * (values.length - 1));
    return new Interval(values[beyond], values[values.length - 1 - beyond]);
  }
}
