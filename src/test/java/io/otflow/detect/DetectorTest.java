package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.otflow.model.Architecture;
import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.RandomModels;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DetectorTest {

  private static Detector detector(double[] logLikelihood, double alertRate) {
    ModelSnapshot bare = RandomModels.snapshot(Architecture.of(2, 4, 2), 1);
    Calibration calibration = Calibrator.calibrate(logLikelihood, 2, alertRate);
    return new Detector(
        new ModelSnapshot(
            1,
            bare.featureNames(),
            bare.parameters(),
            bare.front(),
            4,
            Optional.of(calibration),
            bare.provenance()));
  }

  @Test
  void flagsTheShareThatWasAskedFor() {
    double[] values = RandomModels.rows(20_000, 1, 5);
    Detector detector = detector(values, 0.03);
    long flagged = java.util.Arrays.stream(values).filter(detector::anomaly).count();
    assertThat(flagged).isEqualTo(600);
    for (double value : new double[] {-3, -1, 0, 2}) {
      double exact = java.util.Arrays.stream(values).filter(v -> v <= value).count() / 20_000.0;
      assertThat(detector.pValue(value)).isCloseTo(exact, within(0.005));
    }
  }

  /** Whatever rate a model was made with, it knows the threshold of another one. */
  @Test
  void thresholdsOfOtherRatesAreThoseThatWouldHaveBeenSet() {
    double[] many = RandomModels.rows(20_000, 1, 5);
    double[] few = {-5, -4, -3, -2, -1, 0, 1, 2, 3};
    for (double[] values : new double[][] {many, few}) {
      Detector detector = detector(values, 0.03);
      assertThat(detector.alertRate()).isEqualTo(0.03);
      assertThat(detector.threshold(0.03)).isEqualTo(detector.threshold());
      for (double rate : new double[] {0.5, 0.25, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-5}) {
        double expected = detector(values, rate).threshold();
        double threshold = detector.threshold(rate);
        long between =
            java.util.Arrays.stream(values)
                .filter(
                    v -> v >= Math.min(expected, threshold) && v < Math.max(expected, threshold))
                .count();
        assertThat(between / (double) values.length)
            .as("rate %s", rate)
            .isLessThanOrEqualTo(0.004 * rate);
      }
    }
    double tail = detector(many, 0.03).threshold(1e-4);
    assertThat(tail).isCloseTo(detector(many, 1e-4).threshold(), within(1e-9));
    assertThat(detector(many, 0.03).pValue(tail)).isCloseTo(1e-4, within(1e-9));
  }

  @Test
  void isExactForFewRowsAndNeverClaimsProbabilityZero() {
    Detector detector = detector(new double[] {-5, -4, -3, -2, -1, 0, 1, 2, 3}, 0.25);
    assertThat(detector.threshold()).isEqualTo(-3);
    assertThat(detector.anomaly(-3)).isFalse();
    assertThat(detector.anomaly(-3.1)).isTrue();
    assertThat(detector.anomaly(Double.NEGATIVE_INFINITY)).isTrue();
    assertThat(detector.pValue(Double.NEGATIVE_INFINITY)).isCloseTo(0.1, within(1e-12));
    assertThat(detector.pValue(-4)).isCloseTo(0.3, within(1e-12));
    assertThat(detector.pValue(99)).isCloseTo(1, within(1e-12));
  }

  @Test
  void withoutACalibrationNothingIsAnomalous() {
    Detector detector = new Detector(RandomModels.snapshot(Architecture.of(2, 4, 2), 1));
    assertThat(detector.calibrated()).isFalse();
    assertThat(detector.anomaly(Double.NEGATIVE_INFINITY)).isFalse();
    assertThat(detector.pValue(0)).isNaN();
    assertThat(detector.alertRate()).isNaN();
    assertThat(detector.threshold(0.01)).isNaN();
  }

  @Test
  void refusesWhatCannotCalibrate() {
    assertThatThrownBy(() -> Calibrator.calibrate(new double[0], 2, 0.1))
        .hasMessageContaining("0 log-likelihoods");
    assertThatThrownBy(() -> Calibrator.calibrate(new double[] {1, Double.NaN}, 2, 0.1))
        .hasMessageContaining("no NaN");
    assertThatThrownBy(() -> Calibrator.calibrate(new double[] {Double.NEGATIVE_INFINITY}, 2, 0.1))
        .hasMessageContaining("density zero");
  }
}
