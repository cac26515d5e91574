package io.otflow.bench.engine;

import io.otflow.engine.DeviceMeter;
import io.otflow.engine.EngineChoice;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.flow.AdaptiveFlow;
import io.otflow.flow.Flow;
import io.otflow.flow.Rk4;
import io.otflow.flow.Tsitouras5;
import io.otflow.math.GaussLegendre;
import io.otflow.model.ModelSnapshot;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.DoubleSupplier;

/** One model and integrator, scored in batches of several sizes. */
final class ScoringCase {

  /** Rows of which the oracle counts steps and nodes. */
  private static final int COUNTED_ROWS = 16;

  private final Shape shape;
  private final ModelSnapshot model;
  private final Integration integration;
  private final EngineSettings settings;
  private final double[] x;
  private final double gradients;
  private final double traces;

  ScoringCase(Shape shape, ModelSnapshot model, Integration integration, EngineSettings settings) {
    this.shape = shape;
    this.model = model;
    this.integration = integration;
    this.settings = settings;
    int rows = settings.batches().stream().mapToInt(Integer::intValue).max().orElseThrow();
    int least = Math.max(COUNTED_ROWS, EngineBenchmark.THREADS_BATCH);
    x = MixtureRows.draw(Math.max(rows, least), shape.d(), settings.seed() + 1);
    int steps = integration.stepsFor(model.steps());
    switch (integration.integrator()) {
      case RK4 -> {
        gradients = Rk4.STAGES * steps;
        traces = gradients;
      }
      case QUADRATURE -> {
        traces = integration.nodes();
        long steppedOn =
            Arrays.stream(GaussLegendre.of(integration.nodes()).nodes())
                .mapToLong(t -> (long) (t * steps))
                .distinct()
                .count();
        gradients = (double) Rk4.STAGES * steps + steppedOn + traces;
      }
      default -> {
        double[] counts = adaptiveCounts(steps);
        gradients = counts[0];
        traces = counts[1];
      }
    }
  }

  /** Gradients and traces of the adaptive integrator, means over some rows by the oracle. */
  private double[] adaptiveCounts(int steps) {
    int d = shape.d();
    double[] y = new double[d];
    AdaptiveFlow flow =
        new AdaptiveFlow(
            new Flow(model.architecture(), model.parameters().toDoubles()),
            d,
            steps,
            integration.tolerance());
    double[] counts = new double[2];
    for (int i = 0; i < COUNTED_ROWS; i++) {
      double unused = model.front().apply(x, i * d, y, 0);
      AdaptiveFlow.Estimate estimate = flow.logLikelihood(y);
      int tried = 0;
      for (int n = AdaptiveFlow.firstSteps(steps); n <= estimate.steps(); n *= 2) {
        tried += (Tsitouras5.STAGES - 1) * n + 1;
      }
      counts[0] += (tried + estimate.nodes()) / (double) COUNTED_ROWS;
      counts[1] += estimate.nodes() / (double) COUNTED_ROWS;
    }
    return counts;
  }

  private String integrator() {
    return integration.integrator().label();
  }

  /** Times one thread. */
  ScoringResult time(int batch) {
    try (LikelihoodEngine engine = engine()) {
      engine.load(model);
      Batches batches = new Batches(engine, x, shape.d(), batch);
      Stopwatch stopwatch = new Stopwatch(settings.seconds());
      DoubleSupplier peak = peakOf(engine);
      double peakBefore = peak.getAsDouble();
      double unused = kernelSeconds(engine);
      Stopwatch.Call call = stopwatch.time(batches);
      double deviceEventsPerSecond = batches.rows() / kernelSeconds(engine);
      double peakGflops = Math.max(peakBefore, peak.getAsDouble());
      double operations = gradients * shape.gradientOperations() + traces * shape.traceOperations();
      double eventsPerSecond = batch / call.seconds();
      return new ScoringResult(
          shape,
          batch,
          integrator(),
          engine.name(),
          eventsPerSecond,
          operations * eventsPerSecond / 1e9,
          peakGflops,
          call.bytes() / batch,
          traces,
          gradients,
          integration.integrator() == Integrator.ADAPTIVE ? batches.errorEstimate() : Double.NaN,
          deviceEventsPerSecond);
    }
  }

  /** The multiply-add peak of what the engine runs on. */
  private static DoubleSupplier peakOf(LikelihoodEngine engine) {
    return engine instanceof DeviceMeter meter
        ? meter::peakGflops
        : Engines.vectorUnit()::peakGflops;
  }

  /** Since this was last asked for; NaN where the engine has no device. */
  private static double kernelSeconds(LikelihoodEngine engine) {
    return engine instanceof DeviceMeter meter ? meter.kernelSeconds() : Double.NaN;
  }

  private LikelihoodEngine engine() {
    return Engines.create(
        new EngineChoice(settings.engine(), integration, settings.precision()),
        OptionalInt.empty());
  }

  /** Times threads side by side, and one alone right before. */
  ThreadResult time(int batch, int threads) {
    double one = eventsPerSecond(batch, 1);
    double all = eventsPerSecond(batch, threads);
    return new ThreadResult(shape, batch, integrator(), threads, all, all / one);
  }

  private double eventsPerSecond(int batch, int threads) {
    return SideBySide.callsPerSecond(
            threads,
            settings.seconds(),
            () -> {
              LikelihoodEngine engine = engine();
              engine.load(model);
              return new Batches(engine, x, shape.d(), batch);
            })
        * batch;
  }
}
