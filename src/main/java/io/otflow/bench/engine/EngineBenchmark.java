package io.otflow.bench.engine;

import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.VectorUnit;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.TrainingConfig;
import io.otflow.train.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Scores and trains models of several shapes, and times it. */
public final class EngineBenchmark {

  /** Batch size of the threads side by side, the job's own. */
  static final int THREADS_BATCH = 256;

  private final EngineSettings settings;
  private final Consumer<String> listener;

  /**
   * A benchmark.
   *
   * @param settings what it does
   * @param listener told a line at each step
   */
  public EngineBenchmark(EngineSettings settings, Consumer<String> listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Runs it.
   *
   * @return what it measured
   * @throws TrainingException if a model cannot be fitted
   */
  public EngineReport run() throws TrainingException {
    VectorUnit unit = Engines.vectorUnit();
    double peak = 0;
    List<ScoringResult> scoring = new ArrayList<>();
    List<ThreadResult> threads = new ArrayList<>();
    for (Shape shape : settings.shapes()) {
      listener.accept("fitting a model of m " + shape.m() + ", d " + shape.d());
      ModelSnapshot model = FittedModel.fit(shape, settings.threads(), settings.seed());
      List<Integration> integrations = integrations();
      for (Integration integration : integrations) {
        ScoringCase scored = new ScoringCase(shape, model, integration, settings);
        for (int batch : settings.batches()) {
          ScoringResult result = scored.time(batch);
          scoring.add(result);
          peak = Math.max(peak, result.peakGflops());
          listener.accept(line(result));
        }
      }
      if (settings.threads() > 1) {
        Integration last = integrations.get(integrations.size() - 1);
        ScoringCase scored = new ScoringCase(shape, model, last, settings);
        threads.add(scored.time(THREADS_BATCH, settings.threads()));
      }
    }
    return new EngineReport(peak, unit.bits(), scoring, threads, train(), forest());
  }

  /** The engine's integrators, the one that threads side by side are measured with last. */
  private List<Integration> integrations() {
    return Stream.of(
            Integration.rk4(0),
            Integration.quadrature(0, Integration.DEFAULT_NODES),
            Integration.adaptive(0, Integration.DEFAULT_TOLERANCE))
        .filter(i -> Engines.integrators(settings.engine()).contains(i.integrator()))
        .toList();
  }

  private static String line(ScoringResult result) {
    return String.format(
        "m %d, d %d, %d layers, %s, batch %d: %,.0f events/s",
        result.shape().m(),
        result.shape().d(),
        result.shape().layers(),
        result.integrator(),
        result.batch(),
        result.eventsPerSecond());
  }

  private List<TrainingResult> train() throws TrainingException {
    List<TrainingResult> results = new ArrayList<>();
    for (EngineSettings.TrainingCase training : settings.trainingShapes()) {
      for (int traceNodes : new int[] {0, TrainingConfig.DEFAULTS.traceNodes()}) {
        TrainingResult result =
            TrainingTimer.time(
                training, traceNodes, settings.threads(), 2 * settings.seconds(), settings.seed());
        results.add(result);
        listener.accept(
            String.format(
                "training m %d, d %d, %s: %,.0f rows/s",
                training.shape().m(),
                training.shape().d(),
                traceNodes == 0 ? "trace at every stage" : traceNodes + " nodes",
                result.rowsPerSecond()));
      }
    }
    return results;
  }

  private List<ForestResult> forest() {
    List<ForestResult> results = new ArrayList<>();
    if (settings.forestRows() > 0) {
      settings.shapes().stream()
          .mapToInt(Shape::d)
          .distinct()
          .forEach(
              d -> {
                listener.accept("random cut forest, d " + d);
                results.add(ForestTimer.time(settings.forestRows(), d, settings.seed()));
              });
    }
    return results;
  }
}
