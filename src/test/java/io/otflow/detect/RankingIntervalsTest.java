package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingIntervalsTest {

  private static final int ANOMALIES = 45;
  private static final int ORDINARY = 600;

  private final double[] score = new double[ANOMALIES + ORDINARY];
  private final boolean[] anomaly = new boolean[ANOMALIES + ORDINARY];

  private void draw(Random random, double shift) {
    for (int i = 0; i < score.length; i++) {
      anomaly[i] = i < ANOMALIES;
      score[i] = random.nextGaussian() + (anomaly[i] ? shift : 0);
    }
  }

  /** Normal scores that are shifted by √2 have an AUROC of Φ(1). */
  @Test
  void nineteenOfTwentyHoldTheTruth() {
    Random random = new Random(6);
    int held = 0;
    for (int set = 0; set < 200; set++) {
      draw(random, Math.sqrt(2));
      Interval auroc = RankingIntervals.of(score, anomaly, 1).auroc();
      held += auroc.low() <= 0.8413447 && 0.8413447 <= auroc.high() ? 1 : 0;
    }
    // 190 are expected, with a standard error of 3.
    assertThat(held).isBetween(180, 199);
  }

  @Test
  void bothHoldWhatWasMeasuredAndAreRepeatable() {
    draw(new Random(7), 1.5);
    RankingIntervals intervals = RankingIntervals.of(score, anomaly, 1);
    assertThat(Ranking.auroc(score, anomaly))
        .isBetween(intervals.auroc().low(), intervals.auroc().high());
    assertThat(Ranking.auprc(score, anomaly))
        .isBetween(intervals.auprc().low(), intervals.auprc().high());
    assertThat(intervals.auprc().high() - intervals.auprc().low()).isBetween(0.1, 0.4);
    assertThat(RankingIntervals.of(score, anomaly, 1)).isEqualTo(intervals);
    assertThat(RankingIntervals.of(score, anomaly, 2)).isNotEqualTo(intervals);
  }

  @Test
  void perfectAndConstantScoresDoNotScatter() {
    draw(new Random(8), 100);
    RankingIntervals perfect = RankingIntervals.of(score, anomaly, 1);
    assertThat(perfect.auroc()).isEqualTo(new Interval(1, 1));
    assertThat(perfect.auprc()).isEqualTo(new Interval(1, 1));
    RankingIntervals constant = RankingIntervals.of(new double[score.length], anomaly, 1);
    double share = (double) ANOMALIES / score.length;
    assertThat(constant.auroc()).isEqualTo(new Interval(0.5, 0.5));
    assertThat(constant.auprc()).isEqualTo(new Interval(share, share));
  }

  @Test
  void oneKindOfRowsSaysNothing() {
    RankingIntervals intervals = RankingIntervals.of(new double[] {1, 2}, new boolean[2], 1);
    assertThat(intervals.auroc().known()).isFalse();
    assertThat(intervals.auprc().known()).isFalse();
  }
}
