package io.otflow.flink;

import io.otflow.model.ModelSnapshot;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What the trainer counts. */
final class TrainMetrics {

  final Counter trainingRuns;
  final Counter trainingFailures;

  /** Windows that were not trained on: a newer one came while they waited, or nothing fitted. */
  final Counter skippedWindows;

  /** Samples of windows that were closed already. */
  final Counter lateSamples;

  /** Rows left out because their number of features is not the model's. */
  final Counter unfitEvents;

  private volatile long trainingTimeMillis;
  private volatile double trainingLoss = Double.NaN;
  private volatile double heldOutLoss = Double.NaN;
  private volatile long modelVersion;

  TrainMetrics(MetricGroup group) {
    trainingRuns = group.counter("trainingRuns");
    trainingFailures = group.counter("trainingFailures");
    skippedWindows = group.counter("skippedWindows");
    lateSamples = group.counter("lateSamples");
    unfitEvents = group.counter("unfitEvents");
    group.<Long, Gauge<Long>>gauge("trainingTimeMillis", () -> trainingTimeMillis);
    group.<Double, Gauge<Double>>gauge("trainingLoss", () -> trainingLoss);
    group.<Double, Gauge<Double>>gauge("heldOutLoss", () -> heldOutLoss);
    group.<Long, Gauge<Long>>gauge("modelVersion", () -> modelVersion);
  }

  /** Losses while a training runs; called on its thread. */
  void progress(double trainingLossNow, double heldOutLossNow) {
    trainingLoss = trainingLossNow;
    heldOutLoss = heldOutLossNow;
  }

  /** A training ended with a model. */
  void trained(ModelSnapshot model, long millis) {
    trainingRuns.inc();
    trainingTimeMillis = millis;
    progress(model.provenance().trainingLoss(), model.provenance().heldOutLoss());
    modelVersion = model.version();
  }

  /** A training ended without a model. */
  void failed(long millis) {
    trainingRuns.inc();
    trainingFailures.inc();
    trainingTimeMillis = millis;
  }
}
