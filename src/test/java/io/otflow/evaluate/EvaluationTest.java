package io.otflow.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.otflow.detect.Calibrator;
import io.otflow.detect.Detector;
import io.otflow.detect.Interval;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.RandomModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  /** Ten thousand calibration rows at −1, −2 and so on to −10,000 nats. */
  private static Detector detector(double alertRate) {
    double[] values = new double[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = -i - 1.0;
    }
    ModelSnapshot bare = RandomModels.snapshot(Architecture.of(2, 4, 2), 1);
    return new Detector(
        new ModelSnapshot(
            1,
            bare.featureNames(),
            bare.parameters(),
            bare.front(),
            4,
            Optional.of(Calibrator.calibrate(values, 2, alertRate)),
            bare.provenance()));
  }

  private static ScoredRows rows(boolean... labels) {
    double[] logLikelihood = {-5, -9_700, -20_000, -9_450, -9_900, -1};
    return new ScoredRows(
        logLikelihood, labels.length == 0 ? Optional.empty() : Optional.of(labels));
  }

  @Test
  void figuresOfLabelledRows() {
    Evaluation of = new Evaluation(rows(false, true, true, false, false, true), detector(0.05));
    AtRate own = of.own().orElseThrow();
    assertThat(own).isEqualTo(new AtRate(0.05, of.detector().threshold(), 6, 3, true, 3, 2));
    assertThat(own.share()).isEqualTo(0.5);
    assertThat(own.recall()).isEqualTo(2 / 3.0);
    assertThat(own.precision()).isEqualTo(2 / 3.0);
    assertThat(own.falseAlarmRate()).isEqualTo(1 / 3.0);
    assertThat(own.recallInterval()).isEqualTo(Interval.ofShare(2, 3));
    assertThat(of.auprcOfChance()).isEqualTo(0.5);
    assertThat(of.meanScore())
        .isCloseTo((5 + 9_700 + 20_000 + 9_450 + 9_900 + 1) / 6.0, within(1e-9));
    assertThat(of.leastLikely(2)).containsExactly(2, 4);
    assertThat(of.flagged()).containsExactly(1, 2, 4);
    assertThat(of.missed(9)).containsExactly(5);
    assertThat(of.precisionAt()).isEmpty();
    assertThat(of.intervals().auroc().known()).isTrue();
  }

  @Test
  void theModelsOwnRateIsAmongTheOthersAndFewerAreFlaggedAtLowerOnes() {
    Evaluation of = new Evaluation(rows(false, true, true, false, false, true), detector(0.03));
    List<AtRate> rates = of.rates();
    assertThat(rates)
        .extracting(AtRate::alertRate)
        .containsExactly(0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001, 5e-4, 2e-4, 1e-4);
    assertThat(rates.get(1)).isEqualTo(of.own().orElseThrow());
    for (int i = 1; i < rates.size(); i++) {
      assertThat(rates.get(i).flagged()).isLessThanOrEqualTo(rates.get(i - 1).flagged());
      assertThat(rates.get(i).threshold()).isLessThan(rates.get(i - 1).threshold());
    }
    assertThat(new Evaluation(rows(), detector(0.01)).rates()).hasSize(9);
  }

  @Test
  void withoutLabelsWhatNeedsThemIsNotDefined() {
    Evaluation of = new Evaluation(rows(), detector(0.05));
    AtRate own = of.own().orElseThrow();
    assertThat(own.flagged()).isEqualTo(3);
    assertThat(own.recall()).isNaN();
    assertThat(own.precision()).isNaN();
    assertThat(own.falseAlarmRate()).isNaN();
    assertThat(own.precisionInterval()).isEqualTo(Interval.UNKNOWN);
    assertThat(of.auroc()).isNaN();
    assertThat(of.auprc()).isNaN();
    assertThat(of.auprcOfChance()).isNaN();
    assertThat(of.precisionAt()).isEmpty();
    assertThat(of.missed(9)).isEmpty();
    assertThat(of.pValueDistance()).isBetween(0.3, 0.7);
  }

  @Test
  void withoutACalibrationThereAreNoThresholds() {
    Detector bare = new Detector(RandomModels.snapshot(Architecture.of(2, 4, 2), 1));
    Evaluation of = new Evaluation(rows(false, true, true, false, false, true), bare);
    assertThat(of.own()).isEmpty();
    assertThat(of.rates()).isEmpty();
    assertThat(of.flagged()).isEmpty();
    assertThat(of.pValueDistance()).isNaN();
    assertThat(of.auroc()).isBetween(0.0, 1.0);
  }

  @Test
  void labelsAreOnePerRow() {
    assertThatThrownBy(() -> rows(true, false))
        .hasMessage("there are 2 labels, expected 6 as rows");
  }
}
