package io.otflow.cli;

import io.otflow.bench.pipeline.PipelineReport;
import io.otflow.bench.pipeline.PipelineSettings;
import io.otflow.bench.pipeline.VariantReport;
import java.util.Locale;

/** What the benchmark of the pipeline measured, for people and for programs. */
final class PipelineOutput {

  private PipelineOutput() {}

  static String table(PipelineReport report) {
    PipelineSettings s = report.settings();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d events, parallelism %d, %s, %s, m %d, d %d, %d layers, %d steps; medians of %d%n",
            s.events(),
            s.parallelism(),
            s.delivery(),
            integrator(s),
            report.width(),
            report.features(),
            report.layers(),
            report.steps(),
            s.rounds()));
    text.append(
        String.format(
            "%-18s %12s %8s %9s %8s %6s %10s %6s",
            "", "events/s", "ratio", "distinct", "missing", "twice", "trainings", "busy"));
    for (VariantReport v : report.variants()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%-18s %,12.0f %7.1f%% %9d %8d %6d %10d %5.0f%%",
              v.variant(),
              VariantReport.median(v.eventsPerSecond()),
              100 * VariantReport.median(v.ratioToPassThrough()),
              v.distinct(),
              v.missing(),
              v.duplicates(),
              v.trainings().stream().mapToInt(Integer::intValue).sum(),
              100 * VariantReport.median(v.trainerBusy())));
    }
    return text.toString();
  }

  static Json json(PipelineReport report) {
    PipelineSettings s = report.settings();
    return new Json()
        .put("delivery", s.delivery().toString())
        .put("parallelism", s.parallelism())
        .put("events", s.events())
        .put("rounds", s.rounds())
        .put("engine", s.engine().name())
        .put("integrator", integrator(s))
        .put("width", report.width())
        .put("features", report.features())
        .put("layers", report.layers())
        .put("steps", report.steps())
        .put("variants", report.variants().stream().map(PipelineOutput::json).toList());
  }

  private static Json json(VariantReport v) {
    return new Json()
        .put("name", v.variant().toString())
        .put("eventsPerSecond", VariantReport.median(v.eventsPerSecond()))
        .put("eventsPerSecondByRound", v.eventsPerSecond())
        .put("ratioToPassThrough", VariantReport.median(v.ratioToPassThrough()))
        .put("ratioToPassThroughByRound", v.ratioToPassThrough())
        .put("distinct", v.distinct())
        .put("missing", v.missing())
        .put("duplicates", v.duplicates())
        .put("deadLetters", v.deadLetters())
        .put("trainings", v.trainings().stream().mapToInt(Integer::intValue).sum())
        .put("trainingsByRound", v.trainings())
        .put("trainerBusy", VariantReport.median(v.trainerBusy()));
  }

  private static String integrator(PipelineSettings s) {
    return s.engine().integration().integrator().label();
  }
}
