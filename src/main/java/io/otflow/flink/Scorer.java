package io.otflow.flink;

import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.PipelinedEngine;
import io.otflow.model.ModelSnapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers events and scores them together under one model. Where the engine works by itself, a
 * batch is under way while the next one fills. A batch never mixes models: {@link #use} expects
 * that nothing waits. Its arrays are allocated once a model. Not thread-safe.
 */
final class Scorer implements AutoCloseable {

  private final LikelihoodEngine engine;
  private final Decisions decisions;
  private final int batchSize;
  private final double[] logLikelihood;
  private final double[] errorEstimate;
  private final Deque<EventBatch> free = new ArrayDeque<>();
  private final Deque<EventBatch> underWay = new ArrayDeque<>();
  private EventBatch filling;
  private double[] x = {};
  private PipelinedEngine pipeline;
  private ModelSnapshot model;
  private int drifts;
  private long driftedAt;

  /** Events that are scored together. */
  private static final class EventBatch {
    final FeatureEvent[] events;
    int size;
    long begunNanos;

    EventBatch(int capacity) {
      events = new FeatureEvent[capacity];
    }
  }

  Scorer(LikelihoodEngine engine, Decisions decisions, int batchSize) {
    this.engine = engine;
    this.decisions = decisions;
    this.batchSize = batchSize;
    filling = new EventBatch(batchSize);
    logLikelihood = new double[batchSize];
    errorEstimate = new double[batchSize];
  }

  /** Changes the model; no event may wait. */
  void use(ModelSnapshot next) {
    if (waiting() > 0) {
      throw new IllegalStateException(waiting() + " events wait for the model before, flush first");
    }
    engine.load(next);
    pipeline = engine.pipelined().orElse(null);
    decisions.use(next);
    if (x.length != batchSize * next.d()) {
      x = new double[batchSize * next.d()];
    }
    model = next;
  }

  /** What scores. */
  LikelihoodEngine engine() {
    return engine;
  }

  /** The model in use, or null. */
  ModelSnapshot model() {
    return model;
  }

  /** Names of the model's features; empty without a model. */
  List<String> featureNames() {
    return model == null ? List.of() : model.featureNames();
  }

  /** Adds an event that was validated against the model; {@link #begin} when {@link #full}. */
  void add(FeatureEvent event) {
    int d = model.d();
    System.arraycopy(event.features, 0, x, filling.size * d, d);
    filling.events[filling.size++] = event;
  }

  /** Events in the batch that fills. */
  int size() {
    return filling.size;
  }

  boolean full() {
    return filling.size == batchSize;
  }

  /** Events that were added and not handed out. */
  int waiting() {
    int sum = filling.size;
    for (EventBatch batch : underWay) {
      sum += batch.size;
    }
    return sum;
  }

  /** Whether a batch is under way. */
  boolean busy() {
    return !underWay.isEmpty();
  }

  /** Whether {@link #end} must come before the next {@link #begin}. */
  boolean saturated() {
    return underWay.size() >= (pipeline == null ? 1 : pipeline.depth());
  }

  /** Hands the batch that fills to the engine. */
  void begin() {
    filling.begunNanos = System.nanoTime();
    if (pipeline == null) {
      engine.score(x, filling.size, logLikelihood, errorEstimate);
    } else {
      pipeline.begin(x, filling.size);
    }
    underWay.add(filling);
    filling = free.isEmpty() ? new EventBatch(batchSize) : free.remove();
  }

  /**
   * Waits for the oldest batch under way, hands out its events in order, and forgets it.
   *
   * @return nanoseconds since it began
   */
  long end(long nowMillis, Consumer<ScoredEvent> out) {
    EventBatch batch = underWay.remove();
    if (pipeline != null) {
      pipeline.end(logLikelihood, errorEstimate);
    }
    long nanos = System.nanoTime() - batch.begunNanos;
    int rows = batch.size;
    batch.size = 0;
    for (int i = 0; i < rows; i++) {
      ScoredEvent scored = ScoredEvent.unscored(batch.events[i], nowMillis);
      batch.events[i] = null;
      scored.scored = true;
      scored.logLikelihood = logLikelihood[i];
      scored.errorEstimate = errorEstimate[i];
      if (decisions.decide(scored)) {
        driftedAt = drifts == 0 ? scored.eventTime : driftedAt;
        drifts++;
      }
      scored.modelVersion = model.version();
      out.accept(scored);
    }
    free.add(batch);
    return nanos;
  }

  /** Calls of drift since this was last asked. */
  int takeDrifts() {
    int calls = drifts;
    drifts = 0;
    return calls;
  }

  /** Time of the event of the first of the calls that were last taken, milliseconds since 1970. */
  long driftedAt() {
    return driftedAt;
  }

  @Override
  public void close() {
    engine.close();
  }
}
