package io.otflow.bench.engine;

/**
 * The random cut forest, scoring each row and then taking it in.
 *
 * @param d features
 * @param trees trees
 * @param sampleSize rows a tree holds
 * @param eventsPerSecond events/s of one core
 */
public record ForestResult(int d, int trees, int sampleSize, double eventsPerSecond) {}
