package io.otflow.bench.pipeline;

import java.util.List;

/**
 * What the benchmark measured.
 *
 * @param settings what it did
 * @param width m of the model
 * @param features d of the model
 * @param layers layers of the model
 * @param steps Runge-Kutta steps of the model
 * @param variants a report a variant, pass-through first
 */
public record PipelineReport(
    PipelineSettings settings,
    int width,
    int features,
    int layers,
    int steps,
    List<VariantReport> variants) {

  /**
   * Whether every run gave every event one score record.
   *
   * @return whether nothing is missing, doubled, or refused
   */
  public boolean complete() {
    return variants.stream()
        .allMatch(v -> v.missing() == 0 && v.duplicates() == 0 && v.deadLetters() == 0);
  }
}
