package io.otflow.bench.engine;

/**
 * Training: forward, backward and Adam.
 *
 * @param shape the model; its steps are those of training
 * @param batch rows in an optimizer step
 * @param traceNodes quadrature nodes of the trace, or 0 for every stage
 * @param threads threads that compute gradients
 * @param rowsPerSecond rows/s
 */
public record TrainingResult(
    Shape shape, int batch, int traceNodes, int threads, double rowsPerSecond) {}
