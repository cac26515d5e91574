package io.otflow.bench.engine;

/**
 * Several threads with an engine each.
 *
 * @param shape the model
 * @param batch rows handed over at once
 * @param integrator name of the integrator
 * @param threads threads side by side
 * @param eventsPerSecond events/s of all together
 * @param timesOneThread over those of one thread, measured right before
 */
public record ThreadResult(
    Shape shape,
    int batch,
    String integrator,
    int threads,
    double eventsPerSecond,
    double timesOneThread) {}
