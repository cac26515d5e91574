package io.otflow.bench.soak;

/**
 * What a soak run does.
 *
 * @param capacitySeconds seconds in which the capacity is measured
 * @param settlingSeconds seconds that are left out whenever the load has changed
 * @param steadySeconds seconds at steady load, and on to the first swap where none came in them
 * @param load steady load, as a share of the capacity that is measured first
 * @param overloadSeconds seconds of overload after that; 0 for none
 * @param overloadFactor the overload, in capacities
 * @param parallelism subtasks of each operator
 * @param width m, the width of the model
 * @param swaps models to be trained, about, in the steady time
 * @param calibrationRows rows that calibrate each of them, at most
 * @param seed seed of the stream and of the model
 */
public record SoakSettings(
    int capacitySeconds,
    int settlingSeconds,
    int steadySeconds,
    double load,
    int overloadSeconds,
    double overloadFactor,
    int parallelism,
    int width,
    int swaps,
    int calibrationRows,
    long seed) {}
