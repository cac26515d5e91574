package io.otflow.flink;

/**
 * One training, fully determined: what a restart needs to make the same snapshot again.
 *
 * @param sample the rows, in ascending order of priority
 * @param version version of the model to be
 * @param seed seed of everything random
 * @param createdAtMillis the time that the snapshot carries, milliseconds since 1970
 */
record TrainingTask(WindowSample sample, long version, long seed, long createdAtMillis) {}
