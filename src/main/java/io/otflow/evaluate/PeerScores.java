package io.otflow.evaluate;

import io.otflow.detect.Ranking;

/**
 * How a peer scores the rows that a model was measured on.
 *
 * @param name what the peer is called
 * @param score one a row, higher for more anomalous
 * @param rows the same rows, with both kinds of labels
 */
@SuppressWarnings("ArrayRecordComponent")
public record PeerScores(String name, double[] score, ScoredRows rows) {

  /**
   * The area under the ROC curve.
   *
   * @return as {@link Ranking#auroc}
   */
  public double auroc() {
    return Ranking.auroc(score, rows.anomalyLabels());
  }

  /**
   * The area under the precision-recall curve.
   *
   * @return as {@link Ranking#auprc}
   */
  public double auprc() {
    return Ranking.auprc(score, rows.anomalyLabels());
  }
}
