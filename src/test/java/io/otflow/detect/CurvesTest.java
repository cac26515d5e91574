package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.detect.Curves.Point;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The areas under the curves are those of {@link Ranking}, which other tests hold. */
class CurvesTest {

  private final Random random = new Random(8);
  private final double[] score = new double[2000];
  private final boolean[] anomaly = new boolean[2000];

  private void draw(int distinct) {
    for (int i = 0; i < score.length; i++) {
      anomaly[i] = random.nextInt(10) == 0;
      score[i] = Math.floor(distinct * (random.nextDouble() + (anomaly[i] ? 0.3 : 0)));
    }
  }

  @Test
  void theAreaUnderTheRocCurveIsTheAuroc() {
    for (int distinct : new int[] {1, 2, 7, 100_000}) {
      draw(distinct);
      List<Point> roc = Curves.roc(score, anomaly);
      assertThat(roc.get(0)).isEqualTo(new Point(0, 0));
      assertThat(roc.get(roc.size() - 1)).isEqualTo(new Point(1, 1));
      double area = 0;
      for (int i = 1; i < roc.size(); i++) {
        area += (roc.get(i).x() - roc.get(i - 1).x()) * (roc.get(i).y() + roc.get(i - 1).y()) / 2;
      }
      assertThat(area).isCloseTo(Ranking.auroc(score, anomaly), within(1e-12));
    }
  }

  @Test
  void theAveragePrecisionIsTheAuprc() {
    for (int distinct : new int[] {1, 2, 7, 100_000}) {
      draw(distinct);
      double sum = 0;
      double before = 0;
      for (Point point : Curves.precisionRecall(score, anomaly)) {
        sum += (point.x() - before) * point.y();
        before = point.x();
      }
      assertThat(before).isEqualTo(1);
      assertThat(sum).isCloseTo(Ranking.auprc(score, anomaly), within(1e-12));
    }
  }
}
