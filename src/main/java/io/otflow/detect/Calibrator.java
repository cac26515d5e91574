package io.otflow.detect;

import io.otflow.model.Calibration;
import java.util.Arrays;
import org.apache.datasketches.kll.KllDoublesSketch;

/** Makes a {@link Calibration} of log-likelihoods. */
public final class Calibrator {

  /** KLL parameter k: a normalized rank error of about 0.3 %, at most 30 kB a sketch. */
  static final int SKETCH_K = 1000;

  private Calibrator() {}

  /**
   * Calibrates on the log-likelihoods of rows that training never saw. The threshold is the
   * smallest of them that leaves a share of {@code alertRate} below it; with fewer than 1/alertRate
   * rows that is the least likely row itself.
   *
   * @param logLikelihood one value a row, in nats; negative infinity allowed, NaN not
   * @param alertRate share of events to flag, in (0, 1)
   * @return the calibration
   * @throws IllegalArgumentException if there is no finite value, or one is NaN
   */
  public static Calibration calibrate(double[] logLikelihood, double alertRate) {
    double[] sorted = logLikelihood.clone();
    Arrays.sort(sorted);
    if (sorted.length == 0 || Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException(
          "calibration has "
              + sorted.length
              + " log-likelihoods, expected at least one and no NaN");
    }
    int below = (int) Math.floor(alertRate * sorted.length);
    while (below < sorted.length && sorted[below] == Double.NEGATIVE_INFINITY) {
      below++;
    }
    if (below == sorted.length) {
      throw new IllegalArgumentException("every calibration row has density zero");
    }
    KllDoublesSketch sketch = KllDoublesSketch.newHeapInstance(SKETCH_K);
    for (double value : logLikelihood) {
      sketch.update(value);
    }
    return new Calibration(sorted[below], alertRate, sorted.length, sketch.toByteArray());
  }
}
