package io.otflow.detect;

import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Quantiles;

/**
 * Decides about log-likelihoods under one model. Immutable; no call allocates. Without a
 * calibration nothing is anomalous and there are no p-values.
 */
public final class Detector {

  private final double threshold;
  private final double alertRate;
  private final double rows;
  private final Quantiles quantiles;
  private final TailDistribution tail;
  private final double tailStart;

  /** By what a p-value is known. */
  public enum Evidence {
    /** Calibration rows that are as improbable. */
    ROWS,
    /** A tail fitted to the least likely of them. */
    TAIL
  }

  /**
   * The decisions of a model.
   *
   * @param model the model
   */
  public Detector(ModelSnapshot model) {
    Calibration calibration = model.calibration().orElse(null);
    if (calibration == null) {
      threshold = Double.NaN;
      alertRate = Double.NaN;
      rows = 0;
      quantiles = null;
      tail = null;
    } else {
      threshold = calibration.threshold();
      alertRate = calibration.alertRate();
      rows = calibration.ordinaryRows();
      quantiles = calibration.quantiles();
      tail = calibration.tail().map(TailDistribution::new).orElse(null);
    }
    tailStart = tail == null ? Double.NEGATIVE_INFINITY : tail.startLogLikelihood();
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
   * The share of ordinary events that the threshold was set to flag.
   *
   * @return in (0, 1); NaN without a calibration
   */
  public double alertRate() {
    return alertRate;
  }

  /**
   * The threshold of another alert rate, as {@link Calibrator} would have set it, to a relative
   * error of 0.4 % of the rate: a value of the tail, or the first row of the calibration that more
   * than such a share of the ordinary rows is at most as likely as. Without a tail it is the least
   * likely ordinary row at least.
   *
   * @param rate share of ordinary events to flag, in (0, 1)
   * @return nats; NaN without a calibration
   */
  public double threshold(double rate) {
    if (quantiles == null || rate == alertRate) {
      return threshold;
    }
    if (tail != null && rate < tail.startRate()) {
      return tail.logLikelihood(Math.log(rate));
    }
    double first = quantiles.ranks()[0];
    return quantiles.value(first + Math.max(0, Math.floor(rate * rows - first + 1)));
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
   * The p-value of an event: the probability that an ordinary event is at most as likely. Among the
   * rows it is (k + 1)/(n + 1), where k of the n ordinary calibration rows are at most as likely,
   * to a relative error of 0.4 % of k; further out it is that of the tail, an upper bound beyond
   * the smallest rate that the tail is known for. Without a tail it is at least 1/(n + 1).
   *
   * @param logLikelihood in nats
   * @return in (0, 1]; NaN without a calibration
   */
  public double pValue(double logLikelihood) {
    if (quantiles == null) {
      return Double.NaN;
    }
    if (logLikelihood < tailStart) {
      return Math.max(Double.MIN_NORMAL, Math.exp(tail.logProbability(logLikelihood)));
    }
    return Math.min(1, (quantiles.rank(logLikelihood) + 1) / (rows + 1));
  }

  /**
   * By what the p-value of an event is known.
   *
   * @param logLikelihood in nats
   * @return rows or tail; null without a calibration
   */
  public Evidence evidence(double logLikelihood) {
    if (quantiles == null) {
      return null;
    }
    return logLikelihood < tailStart ? Evidence.TAIL : Evidence.ROWS;
  }

  /**
   * Standard error of the natural logarithm of a p-value, given the rows: 1/√k where k rows know
   * it, and that of the tail's fit beyond them.
   *
   * @param pValue a p-value
   * @return nats; NaN without a calibration
   */
  public double logError(double pValue) {
    if (quantiles == null) {
      return Double.NaN;
    }
    boolean beyond = tail != null && pValue < tail.startRate();
    return beyond
        ? tail.error(Math.log(pValue))
        : Math.sqrt(Math.max(0, 1 - pValue) / Math.max(1, pValue * rows));
  }
}
