package io.otflow.detect;

import java.util.stream.IntStream;

/**
 * How well a score ranks anomalies above ordinary rows. Rows with equal scores are not told apart:
 * the results do not depend on their order. Cost O(n log n).
 */
public final class Ranking {

  private Ranking() {}

  /**
   * The area under the ROC curve: the probability that a random anomaly scores higher than a random
   * ordinary row, ties counted as half.
   *
   * @param score one value a row, higher for more anomalous, infinities allowed, NaN not
   * @param anomaly the labels
   * @return in [0, 1]; NaN without an anomaly or without an ordinary row
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static double auroc(double[] score, boolean[] anomaly) {
    int[] order = descending(score, anomaly);
    double wins = 0;
    long above = 0;
    long ordinary = 0;
    for (int i = 0; i < order.length; ) {
      int end = endOfTie(score, order, i);
      int anomalies = count(anomaly, order, i, end);
      int others = end - i - anomalies;
      wins += (double) others * above + 0.5 * others * anomalies;
      above += anomalies;
      ordinary += others;
      i = end;
    }
    return wins / ((double) above * ordinary);
  }

  /**
   * The area under the precision-recall curve as average precision, Σ (Rᵢ − Rᵢ₋₁) Pᵢ over the
   * distinct scores, from the highest.
   *
   * @param score one value a row, higher for more anomalous, infinities allowed, NaN not
   * @param anomaly the labels
   * @return in [0, 1]; NaN without an anomaly
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static double auprc(double[] score, boolean[] anomaly) {
    int[] order = descending(score, anomaly);
    double sum = 0;
    long hits = 0;
    for (int i = 0; i < order.length; ) {
      int end = endOfTie(score, order, i);
      int anomalies = count(anomaly, order, i, end);
      hits += anomalies;
      sum += anomalies * ((double) hits / end);
      i = end;
    }
    return sum / hits;
  }

  /**
   * The share of anomalies among the rows that score highest. Of rows with equal scores at the end
   * of these, as many count as a random order would take on average.
   *
   * @param score one value a row, higher for more anomalous, infinities allowed, NaN not
   * @param anomaly the labels
   * @param most how many rows to take, each at least 1 and at most all
   * @return the precision of each, in [0, 1]
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, or there are fewer rows
   */
  public static double[] precisionAt(double[] score, boolean[] anomaly, int... most) {
    int[] order = descending(score, anomaly);
    double[] precision = new double[most.length];
    for (int m = 0; m < most.length; m++) {
      int k = most[m];
      if (k < 1 || k > order.length) {
        throw new IllegalArgumentException(
            "precision at " + k + " was asked for, expected 1 to " + order.length);
      }
      int start = k - 1;
      while (start > 0 && score[order[start - 1]] == score[order[k - 1]]) {
        start--;
      }
      int end = endOfTie(score, order, start);
      double share = (double) (k - start) / (end - start);
      precision[m] =
          (count(anomaly, order, 0, start) + share * count(anomaly, order, start, end)) / k;
    }
    return precision;
  }

  static int[] descending(double[] score, boolean[] anomaly) {
    if (score.length != anomaly.length) {
      throw new IllegalArgumentException(
          "score has length " + score.length + " and anomaly " + anomaly.length);
    }
    for (int i = 0; i < score.length; i++) {
      if (Double.isNaN(score[i])) {
        throw new IllegalArgumentException("score of row " + i + " is NaN");
      }
    }
    return IntStream.range(0, score.length)
        .boxed()
        .sorted((a, b) -> Double.compare(score[b], score[a]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  static int endOfTie(double[] score, int[] order, int start) {
    int end = start + 1;
    // Equal as numbers: 0.0 and -0.0 are a tie, and sorted beside each other.
    while (end < order.length && score[order[end]] == score[order[start]]) {
      end++;
    }
    return end;
  }

  static int count(boolean[] anomaly, int[] order, int start, int end) {
    int count = 0;
    for (int i = start; i < end; i++) {
      count += anomaly[order[i]] ? 1 : 0;
    }
    return count;
  }
}
