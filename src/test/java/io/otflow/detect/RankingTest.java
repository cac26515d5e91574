package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingTest {

  @Test
  void perfectReversedAndConstantScores() {
    boolean[] anomaly = {false, true, false, true};
    assertThat(Ranking.auroc(new double[] {1, 3, 2, 4}, anomaly)).isEqualTo(1);
    assertThat(Ranking.auprc(new double[] {1, 3, 2, 4}, anomaly)).isEqualTo(1);
    assertThat(Ranking.auroc(new double[] {4, 2, 3, 1}, anomaly)).isEqualTo(0);
    assertThat(Ranking.auroc(new double[4], anomaly)).isEqualTo(0.5);
    assertThat(Ranking.auprc(new double[4], anomaly)).isEqualTo(0.5);
    double[] infinite = {0, Double.POSITIVE_INFINITY, -0.0, Double.POSITIVE_INFINITY};
    assertThat(Ranking.auroc(infinite, anomaly)).isEqualTo(1);
  }

  @Test
  void knownNumbersWithTies() {
    // By hand: of 3 x 3 pairs 4 are won and 3 tied.
    double[] score = {0.9, 0.5, 0.5, 0.5, 0.2, 0.2};
    boolean[] anomaly = {true, true, false, false, true, false};
    assertThat(Ranking.auroc(score, anomaly)).isCloseTo((4 + 0.5 * 3) / 9, within(1e-15));
    // Thresholds 0.9, 0.5, 0.2: recall steps of a third each, precision 1, 2/4, 3/6.
    assertThat(Ranking.auprc(score, anomaly)).isCloseTo((1 + 0.5 + 0.5) / 3, within(1e-15));
  }

  @Test
  void agreesWithThePairwiseDefinitionInAnyOrder() {
    Random random = new Random(5);
    double[] score = new double[300];
    boolean[] anomaly = new boolean[300];
    for (int i = 0; i < score.length; i++) {
      score[i] = random.nextInt(40);
      anomaly[i] = random.nextInt(4) == 0;
    }
    double wins = 0;
    long pairs = 0;
    for (int i = 0; i < score.length; i++) {
      for (int j = 0; j < score.length; j++) {
        if (anomaly[i] && !anomaly[j]) {
          pairs++;
          wins += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(pairs).isPositive();
    assertThat(Ranking.auroc(score, anomaly)).isCloseTo(wins / pairs, within(1e-12));
    double before = Ranking.auprc(score, anomaly);
    for (int i = score.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double s = score[i];
      score[i] = score[j];
      score[j] = s;
      boolean a = anomaly[i];
      anomaly[i] = anomaly[j];
      anomaly[j] = a;
    }
    assertThat(Ranking.auprc(score, anomaly)).isCloseTo(before, within(1e-12));
  }

  @Test
  void precisionOfTheFirstRowsSplitsTies() {
    double[] score = {5, 4, 4, 4, 3};
    boolean[] anomaly = {true, false, true, false, true};
    // Of the three rows that score 4, one is an anomaly: each counts for a third of one.
    assertThat(Ranking.precisionAt(score, anomaly, 1, 2, 4, 5))
        .containsExactly(new double[] {1, (1 + 1 / 3.0) / 2, 2 / 4.0, 3 / 5.0}, within(1e-15));
    assertThat(Ranking.precisionAt(score, anomaly)).isEmpty();
    assertThatThrownBy(() -> Ranking.precisionAt(score, anomaly, 6))
        .hasMessage("precision at 6 was asked for, expected 1 to 5");
  }

  @Test
  void oneClassHasNoAreaAndNaNIsRefused() {
    assertThat(Ranking.auroc(new double[] {1, 2}, new boolean[2])).isNaN();
    assertThat(Ranking.auprc(new double[] {1, 2}, new boolean[2])).isNaN();
    assertThatThrownBy(() -> Ranking.auroc(new double[] {Double.NaN}, new boolean[1]))
        .hasMessageContaining("row 0");
    assertThatThrownBy(() -> Ranking.auprc(new double[2], new boolean[1]))
        .hasMessageContaining("length 2");
  }
}
