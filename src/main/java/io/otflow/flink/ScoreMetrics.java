package io.otflow.flink;

import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What a subtask of {@link ScoreOperator} counts. */
final class ScoreMetrics {

  private static final int HISTOGRAM_WINDOW = 1000;

  final Counter eventsScored;
  final Counter anomalies;
  final Counter warmUpEvents;
  final Counter deadLetters;
  final Counter swaps;
  final Counter refusedModels;

  /** Calls of drift: p-values of ordinary events that are not what they were calibrated to be. */
  final Counter drifts;

  /** Events in a call of the engine. */
  final Histogram batchSize;

  /** Microseconds from a batch's hand-over to the engine to its results. */
  final Histogram scoringTime;

  private volatile long modelVersion;
  private volatile long modelCreatedAtMillis;
  private volatile double driftEvidence = Double.NaN;
  private volatile String engine = "none";
  private volatile boolean onGpu;

  ScoreMetrics(MetricGroup group, LongSupplier clockMillis, StreamHealth health) {
    eventsScored = group.counter("eventsScored");
    anomalies = group.counter("anomalies");
    warmUpEvents = group.counter("warmUpEvents");
    deadLetters = group.counter("deadLetters");
    swaps = group.counter("swaps");
    refusedModels = group.counter("refusedModels");
    drifts = group.counter("drifts");
    batchSize = group.histogram("batchSize", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
    scoringTime =
        group.histogram("scoringTime", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
    group.<String, Gauge<String>>gauge("engine", () -> engine);
    group.<Integer, Gauge<Integer>>gauge("engineOnGpu", () -> onGpu ? 1 : 0);
    group.<Double, Gauge<Double>>gauge("refusedShare", health::refusedShare);
    group.<Double, Gauge<Double>>gauge("driftEvidence", () -> driftEvidence);
    group.<Long, Gauge<Long>>gauge("modelVersion", () -> modelVersion);
    group.<Double, Gauge<Double>>gauge(
        "modelAgeSeconds",
        () ->
            modelVersion == 0
                ? Double.NaN
                : (clockMillis.getAsLong() - modelCreatedAtMillis) / 1000.0);
  }

  /** What scores from now on. */
  void uses(LikelihoodEngine next) {
    engine = next.description();
    onGpu = next.pipelined().isPresent();
  }

  /** Evidence for a drift since the last call, nats. */
  void driftEvidence(double nats) {
    driftEvidence = nats;
  }

  /** A model came into use. */
  void uses(ModelSnapshot model) {
    modelCreatedAtMillis = model.provenance().createdAtMillis();
    modelVersion = model.version();
  }
}
