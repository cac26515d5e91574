package io.otflow.flink;

import io.otflow.detect.Detector;
import io.otflow.detect.DriftMartingale;
import io.otflow.detect.OnlineFdr;
import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import java.util.Optional;

/**
 * Decides about the scored events of one sub-stream: p-values and flags, and whether the p-values
 * of ordinary events have drifted from what the model was calibrated on. What earlier events decide
 * of later ones is state. Without a calibration nothing is flagged, and no event counts. Not
 * thread-safe.
 */
final class Decisions {

  /** Fewest calibration rows whose p-values say anything of a drift. */
  private static final int FEWEST_ROWS = 100;

  private final Flagging flagging;
  private final Optional<OnlineFdr> fdr;
  private Detector detector;
  private DriftMartingale drift;

  Decisions(Flagging flagging) {
    this.flagging = flagging;
    fdr = flagging.control();
  }

  /** Changes the model. What was flagged before still counts; drift is measured against the new. */
  void use(ModelSnapshot model) {
    detector = new Detector(model);
    long rows = (long) (double) model.calibration().map(Calibration::ordinaryRows).orElse(0.0);
    drift = rows < FEWEST_ROWS ? null : new DriftMartingale(rows);
  }

  /**
   * Decides about an event whose log-likelihood is there; whether a drift is called with it. Events
   * come in the order of their sub-stream.
   */
  boolean decide(ScoredEvent event) {
    double logLikelihood = event.logLikelihood;
    event.pValue = detector.pValue(logLikelihood);
    event.evidence = detector.evidence(logLikelihood);
    if (fdr.isEmpty()) {
      event.threshold = detector.threshold();
      event.anomaly = detector.anomaly(logLikelihood);
    } else {
      event.anomaly = detector.calibrated() && fdr.get().rejects(event.pValue);
    }
    event.flaggedBy = event.anomaly ? flagging.rule() : null;
    return drift != null && drift.add(event.pValue);
  }

  /** Evidence for a drift, nats; negative infinity for none, NaN where none can be had. */
  double driftEvidence() {
    return drift == null ? Double.NaN : drift.logStatistic();
  }

  /** What was flagged before, for a checkpoint. */
  Optional<double[]> fdrState() {
    return fdr.map(OnlineFdr::state);
  }

  /** Evidence of drift, for a checkpoint. */
  Optional<double[]> driftState() {
    return Optional.ofNullable(drift).map(DriftMartingale::state);
  }

  /**
   * Goes on from the longest of the states of sub-streams: one of several that are now one, none
   * where there was none. Of another rule or memory none counts.
   *
   * @return whether one was taken up
   */
  boolean restoreFdr(Iterable<double[]> states) {
    if (fdr.isEmpty()) {
      return false;
    }
    OnlineFdr longest = null;
    for (double[] state : states) {
      OnlineFdr candidate = flagging.control().orElseThrow();
      if (restored(() -> candidate.restore(state))
          && (longest == null || candidate.tests() > longest.tests())) {
        longest = candidate;
      }
    }
    if (longest != null) {
      fdr.get().restore(longest.state());
    }
    return longest != null;
  }

  /** Goes on from the last state that fits the model's calibration. */
  void restoreDrift(Iterable<double[]> states) {
    for (double[] state : states) {
      boolean unused = drift != null && restored(() -> drift.restore(state));
    }
  }

  /** Whether a state could be taken up; one of another rule, memory or calibration cannot. */
  private static boolean restored(Runnable restoring) {
    try {
      restoring.run();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
