package io.otflow.flink;

import io.otflow.detect.Detector;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers events and scores them together under one model. A batch never mixes models: {@link #use}
 * expects it to be empty. Its arrays are allocated once a model. Not thread-safe.
 */
final class Scorer implements AutoCloseable {

  private final LikelihoodEngine engine;
  private final FeatureEvent[] events;
  private final double[] logLikelihood;
  private final double[] errorEstimate;
  private double[] x = {};
  private int size;
  private ModelSnapshot model;
  private Detector detector;

  Scorer(LikelihoodEngine engine, int batchSize) {
    this.engine = engine;
    events = new FeatureEvent[batchSize];
    logLikelihood = new double[batchSize];
    errorEstimate = new double[batchSize];
  }

  /** Changes the model; the batch must be empty. */
  void use(ModelSnapshot next) {
    if (size > 0) {
      throw new IllegalStateException(size + " events wait for the model before, flush first");
    }
    engine.load(next);
    detector = new Detector(next);
    if (x.length != events.length * next.d()) {
      x = new double[events.length * next.d()];
    }
    model = next;
  }

  /** The model in use, or null. */
  ModelSnapshot model() {
    return model;
  }

  /** Names of the model's features; empty without a model. */
  List<String> featureNames() {
    return model == null ? List.of() : model.featureNames();
  }

  /** Adds an event that was validated against the model; score and drain when {@link #full}. */
  void add(FeatureEvent event) {
    int d = model.d();
    for (int k = 0, p = size * d; k < d; k++, p++) {
      x[p] = event.features[k];
    }
    events[size++] = event;
  }

  int size() {
    return size;
  }

  boolean full() {
    return size == events.length;
  }

  /** Scores what was added; {@link #drain} hands it out. */
  void score() {
    engine.score(x, size, logLikelihood, errorEstimate);
  }

  /** Hands out what was scored, in order, and forgets it. */
  void drain(long nowMillis, Consumer<ScoredEvent> out) {
    int rows = size;
    size = 0;
    for (int i = 0; i < rows; i++) {
      ScoredEvent scored = ScoredEvent.unscored(events[i], nowMillis);
      events[i] = null;
      scored.scored = true;
      scored.logLikelihood = logLikelihood[i];
      scored.errorEstimate = errorEstimate[i];
      scored.pValue = detector.pValue(logLikelihood[i]);
      scored.threshold = detector.threshold();
      scored.anomaly = detector.anomaly(logLikelihood[i]);
      scored.modelVersion = model.version();
      out.accept(scored);
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
