package io.otflow.cli;

import io.otflow.bench.engine.EngineReport;
import io.otflow.bench.engine.ForestResult;
import io.otflow.bench.engine.ScoringResult;
import io.otflow.bench.engine.Shape;
import io.otflow.bench.engine.ThreadResult;
import io.otflow.bench.engine.TrainingResult;
import java.util.Locale;

/** What the benchmark of the engines measured, for people and for programs. */
final class EngineOutput {

  private EngineOutput() {}

  static String table(EngineReport report) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        report.scoring().stream().allMatch(r -> Double.isNaN(r.deviceEventsPerSecond()))
            ? "Multiply-add peak of one core: %.0f GFLOPS, vectors of %d bits. Scoring, one thread:"
            : "Multiply-add peak of the device: %.0f GFLOPS. Scoring, with copies:",
        report.peakGflops(),
        report.vectorBits());
    line(
        text,
        "%4s %4s %6s %5s %6s %-10s %12s %12s %8s %7s %8s %8s %10s",
        "m",
        "d",
        "layers",
        "steps",
        "batch",
        "integrator",
        "events/s",
        "us/event",
        "GFLOPS",
        "peak",
        "B/event",
        "traces",
        "estimate");
    for (ScoringResult r : report.scoring()) {
      line(
          text,
          "%s %6d %-10s %,12.0f %12.2f %8.1f %6.1f%% %8.2f %8.1f %10.1e%s",
          shape(r.shape()),
          r.batch(),
          r.integrator(),
          r.eventsPerSecond(),
          r.microsecondsPerEvent(),
          r.gflops(),
          100 * r.shareOfPeak(),
          r.bytesPerEvent(),
          r.traces(),
          r.meanErrorEstimate(),
          Double.isNaN(r.deviceEventsPerSecond())
              ? ""
              : String.format(
                  Locale.ROOT, "  %,.0f events/s without copies", r.deviceEventsPerSecond()));
    }
    for (ThreadResult r : report.threads()) {
      line(
          text,
          "%s %6d %-10s %,12.0f on %d threads, %.2f times one",
          shape(r.shape()),
          r.batch(),
          r.integrator(),
          r.eventsPerSecond(),
          r.threads(),
          r.timesOneThread());
    }
    line(text, "Training, forward, backward and Adam:");
    for (TrainingResult r : report.training()) {
      line(
          text,
          "%s %6d %-10s %,12.0f rows/s on %d threads",
          shape(r.shape()),
          r.batch(),
          r.traceNodes() == 0 ? "rk4" : "quadrature",
          r.rowsPerSecond(),
          r.threads());
    }
    for (ForestResult r : report.forest()) {
      line(
          text,
          "Random cut forest, d %d, %d trees of %d, score and update, one thread: %,.0f events/s",
          r.d(),
          r.trees(),
          r.sampleSize(),
          r.eventsPerSecond());
    }
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }

  private static String shape(Shape s) {
    return String.format("%4d %4d %6d %5d", s.m(), s.d(), s.layers(), s.steps());
  }

  static Json json(EngineReport report) {
    return new Json()
        .put("peakGflops", report.peakGflops())
        .put("vectorBits", report.vectorBits())
        .put("scoring", report.scoring().stream().map(EngineOutput::json).toList())
        .put("threads", report.threads().stream().map(EngineOutput::json).toList())
        .put("training", report.training().stream().map(EngineOutput::json).toList())
        .put("forest", report.forest().stream().map(EngineOutput::json).toList());
  }

  private static Json shapeJson(Shape shape) {
    return new Json()
        .put("m", shape.m())
        .put("d", shape.d())
        .put("layers", shape.layers())
        .put("steps", shape.steps());
  }

  private static Json json(ScoringResult r) {
    return shapeJson(r.shape())
        .put("batch", r.batch())
        .put("integrator", r.integrator())
        .put("engine", r.engine())
        .put("eventsPerSecondPerCore", r.eventsPerSecond())
        .put("microsecondsPerEvent", r.microsecondsPerEvent())
        .put("gflops", r.gflops())
        .put("peakGflops", r.peakGflops())
        .put("shareOfPeak", r.shareOfPeak())
        .put("bytesPerEvent", r.bytesPerEvent())
        .put("traces", r.traces())
        .put("gradients", r.gradients())
        .put("meanErrorEstimate", r.meanErrorEstimate())
        .put("deviceEventsPerSecond", r.deviceEventsPerSecond());
  }

  private static Json json(ThreadResult r) {
    return shapeJson(r.shape())
        .put("batch", r.batch())
        .put("integrator", r.integrator())
        .put("threads", r.threads())
        .put("eventsPerSecond", r.eventsPerSecond())
        .put("timesOneThread", r.timesOneThread());
  }

  private static Json json(TrainingResult r) {
    return shapeJson(r.shape())
        .put("batch", r.batch())
        .put("traceNodes", r.traceNodes())
        .put("threads", r.threads())
        .put("rowsPerSecond", r.rowsPerSecond());
  }

  private static Json json(ForestResult r) {
    return new Json()
        .put("d", r.d())
        .put("trees", r.trees())
        .put("sampleSize", r.sampleSize())
        .put("eventsPerSecond", r.eventsPerSecond());
  }
}
