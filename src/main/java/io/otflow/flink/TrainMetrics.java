package io.otflow.flink;

import io.otflow.model.Provenance;
import io.otflow.train.Candidate;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What the trainer counts. */
final class TrainMetrics {

  final Counter trainingRuns;
  final Counter trainingFailures;

  /** Failures because a training ran past its deadline. */
  final Counter trainingTimeouts;

  /** Models that were better, or no worse, than the one that they replaced. */
  final Counter acceptedCandidates;

  /** Models that were worse than the one that serves, and do not. */
  final Counter refusedCandidates;

  /** Models that are larger than what their topic takes, and do not serve. */
  final Counter oversizedModels;

  /** Commands that took an earlier model up again. */
  final Counter rollbacks;

  /** Commands that could not be read or followed. */
  final Counter refusedCommands;

  /** Drifts that cut a window short, to train on what came since. */
  final Counter driftTrainings;

  /** Windows that were not trained on: a newer one came while they waited, or nothing fitted. */
  final Counter skippedWindows;

  /** Samples of windows that were closed already. */
  final Counter lateSamples;

  /** Rows left out because their number of features is not the model's. */
  final Counter unfitEvents;

  private volatile long trainingTimeMillis;
  private volatile double trainingLoss = Double.NaN;
  private volatile double heldOutLoss = Double.NaN;
  private volatile double candidateLogLikelihood = Double.NaN;
  private volatile double servingLogLikelihood = Double.NaN;
  private volatile double estimatedContamination = Double.NaN;
  private volatile double smallestAlertRate = Double.NaN;
  private volatile long modelVersion;
  private volatile boolean pinned;

  TrainMetrics(MetricGroup group) {
    trainingRuns = group.counter("trainingRuns");
    trainingFailures = group.counter("trainingFailures");
    trainingTimeouts = group.counter("trainingTimeouts");
    acceptedCandidates = group.counter("acceptedCandidates");
    refusedCandidates = group.counter("refusedCandidates");
    oversizedModels = group.counter("oversizedModels");
    rollbacks = group.counter("rollbacks");
    refusedCommands = group.counter("refusedCommands");
    driftTrainings = group.counter("driftTrainings");
    skippedWindows = group.counter("skippedWindows");
    lateSamples = group.counter("lateSamples");
    unfitEvents = group.counter("unfitEvents");
    group.<Long, Gauge<Long>>gauge("trainingTimeMillis", () -> trainingTimeMillis);
    group.<Double, Gauge<Double>>gauge("trainingLoss", () -> trainingLoss);
    group.<Double, Gauge<Double>>gauge("heldOutLoss", () -> heldOutLoss);
    group.<Double, Gauge<Double>>gauge("candidateLogLikelihood", () -> candidateLogLikelihood);
    group.<Double, Gauge<Double>>gauge("servingLogLikelihood", () -> servingLogLikelihood);
    group.<Double, Gauge<Double>>gauge("estimatedContamination", () -> estimatedContamination);
    group.<Double, Gauge<Double>>gauge("smallestAlertRate", () -> smallestAlertRate);
    group.<Long, Gauge<Long>>gauge("modelVersion", () -> modelVersion);
    group.<Integer, Gauge<Integer>>gauge("pinned", () -> pinned ? 1 : 0);
  }

  /** Losses while a training runs; called on its thread. */
  void progress(double trainingLossNow, double heldOutLossNow) {
    trainingLoss = trainingLossNow;
    heldOutLoss = heldOutLossNow;
  }

  /** A training ended with a model. */
  void trained(Candidate candidate, long millis) {
    trainingRuns.inc();
    trainingTimeMillis = millis;
    Provenance provenance = candidate.model().provenance();
    progress(provenance.trainingLoss(), provenance.heldOutLoss());
    candidate
        .model()
        .calibration()
        .ifPresent(
            calibration -> {
              estimatedContamination = calibration.contamination();
              smallestAlertRate = calibration.smallestRate();
            });
    (candidate.accepted() ? acceptedCandidates : refusedCandidates).inc();
    provenance
        .comparison()
        .ifPresent(
            comparison -> {
              candidateLogLikelihood = comparison.logLikelihood();
              servingLogLikelihood = comparison.servingLogLikelihood();
            });
  }

  /** A model came into use. */
  void modelVersion(long version) {
    modelVersion = version;
  }

  /** Whether the model is kept in use whatever is trained. */
  void pinned(boolean on) {
    pinned = on;
  }

  /** A training ended without a model. */
  void failed(long millis) {
    trainingRuns.inc();
    trainingFailures.inc();
    trainingTimeMillis = millis;
  }
}
