package io.otflow.evaluate;

/**
 * How many of the least likely rows are anomalies.
 *
 * @param k how many rows are taken
 * @param precision share of anomalies among them
 */
public record AtTop(int k, double precision) {}
