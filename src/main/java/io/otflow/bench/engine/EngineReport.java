package io.otflow.bench.engine;

import java.util.List;

/**
 * What the benchmark of the engines measured.
 *
 * @param peakGflops the best that a plain multiply-add kernel reached in the whole run, 10⁹/s of
 *     one core, or of the device where the engine has one
 * @param vectorBits width of its vectors
 * @param scoring a result a shape, batch and integrator
 * @param threads a result a shape
 * @param training a result a shape and discretization
 * @param forest a result a number of features
 */
public record EngineReport(
    double peakGflops,
    int vectorBits,
    List<ScoringResult> scoring,
    List<ThreadResult> threads,
    List<TrainingResult> training,
    List<ForestResult> forest) {}
