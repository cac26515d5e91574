/**
 * Scores and gradients in float with the JDK's Vector API. Lanes are events: a tile of {@link
 * io.otflow.engine.simd.Lanes#TILE} events goes through the whole trajectory together, and every
 * quantity of the network is a panel, rows × TILE, whose row j holds one number an event. So a
 * product with a weight matrix is a matrix product whose right side stays in the first-level cache,
 * and nothing crosses lanes. The trace goes feature by feature, so that no Jacobian is stored.
 *
 * <p>Needs {@code --add-modules jdk.incubator.vector}; loaded by name only. No method takes a
 * vector as an argument: one that failed to inline would box it.
 */
package io.otflow.engine.simd;
