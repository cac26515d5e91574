package io.otflow.detect;

import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.quantilescommon.DoublesSortedView;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * Decides about log-likelihoods under one model. Immutable; no call allocates. Without a
 * calibration nothing is anomalous and there are no p-values.
 */
public final class Detector {

  private final double threshold;
  private final long rows;
  private final DoublesSortedView quantiles;

  /**
   * The decisions of a model.
   *
   * @param model the model
   */
  public Detector(ModelSnapshot model) {
    Calibration calibration = model.calibration().orElse(null);
    if (calibration == null) {
      threshold = Double.NaN;
      rows = 0;
      quantiles = null;
    } else {
      threshold = calibration.threshold();
      rows = calibration.rows();
      quantiles =
          KllDoublesSketch.heapify(Memory.wrap(calibration.quantileSketch())).getSortedView();
    }
  }

  /**
   * Whether there are a threshold and p-values.
   *
   * @return true if the model has a calibration
   */
  public boolean calibrated() {
    return quantiles != null;
  }

  /**
   * The threshold.
   *
   * @return nats; NaN without a calibration
   */
  public double threshold() {
    return threshold;
  }

  /**
   * Whether an event is anomalous.
   *
   * @param logLikelihood in nats; may be negative infinity
   * @return whether it lies below the threshold
   */
  public boolean anomaly(double logLikelihood) {
    return logLikelihood < threshold;
  }

  /**
   * The p-value (k + 1)/(n + 1) of an event, where k of the n calibration rows are at most as
   * likely. It is never 0: n rows cannot show less than 1/(n + 1). The rank comes from a sketch
   * with a rank error of about 0.3 %, exact for small n.
   *
   * @param logLikelihood in nats
   * @return in (0, 1]; NaN without a calibration
   */
  public double pValue(double logLikelihood) {
    if (quantiles == null) {
      return Double.NaN;
    }
    double rank = quantiles.getRank(logLikelihood, QuantileSearchCriteria.INCLUSIVE);
    return (rank * rows + 1) / (rows + 1);
  }
}
