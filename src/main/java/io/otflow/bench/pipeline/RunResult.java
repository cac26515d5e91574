package io.otflow.bench.pipeline;

/**
 * What came out of one run.
 *
 * @param eventsPerSecond scores a second, see {@link Arrivals}
 * @param distinct events with at least one score record
 * @param missing events without one
 * @param duplicates score records of events that had one already
 * @param scored score records with a likelihood
 * @param deadLetters records refused
 * @param trainings models that the run trained
 * @param trainerBusy share of the measured time in which a training ran
 */
record RunResult(
    double eventsPerSecond,
    int distinct,
    int missing,
    int duplicates,
    int scored,
    int deadLetters,
    int trainings,
    double trainerBusy) {}
