package io.otflow.detect;

import java.util.ArrayList;
import java.util.List;

/**
 * The curves behind the areas of {@link Ranking}, a point for each distinct score from the highest.
 * Rows with equal scores are not told apart. Cost O(n log n).
 */
public final class Curves {

  private Curves() {}

  /**
   * A point of a curve.
   *
   * @param x false alarm rate, or recall
   * @param y recall, or precision
   */
  public record Point(double x, double y) {}

  /**
   * The ROC curve: recall against the rate of false alarms, from (0, 0) to (1, 1).
   *
   * @param score one value a row, higher for more anomalous, infinities allowed, NaN not
   * @param anomaly the labels, both kinds among them
   * @return the points, in ascending order
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static List<Point> roc(double[] score, boolean[] anomaly) {
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 0));
    walk(
        score,
        anomaly,
        (hits, taken, anomalies, rows) ->
            points.add(
                new Point(
                    (double) (taken - hits) / (rows - anomalies), (double) hits / anomalies)));
    return points;
  }

  /**
   * The precision-recall curve.
   *
   * @param score one value a row, higher for more anomalous, infinities allowed, NaN not
   * @param anomaly the labels, an anomaly among them
   * @return the points, in ascending order of recall
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static List<Point> precisionRecall(double[] score, boolean[] anomaly) {
    List<Point> points = new ArrayList<>();
    walk(
        score,
        anomaly,
        (hits, taken, anomalies, rows) ->
            points.add(new Point((double) hits / anomalies, (double) hits / taken)));
    return points;
  }

  /** What is known after the rows of a distinct score, and of all higher ones, were taken. */
  private interface Step {
    void after(int hits, int taken, int anomalies, int rows);
  }

  private static void walk(double[] score, boolean[] anomaly, Step step) {
    int[] order = Ranking.descending(score, anomaly);
    int anomalies = Ranking.count(anomaly, order, 0, order.length);
    int hits = 0;
    for (int i = 0; i < order.length; ) {
      int end = Ranking.endOfTie(score, order, i);
      hits += Ranking.count(anomaly, order, i, end);
      step.after(hits, end, anomalies, order.length);
      i = end;
    }
  }
}
