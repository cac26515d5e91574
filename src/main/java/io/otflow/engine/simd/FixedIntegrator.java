package io.otflow.engine.simd;

import io.otflow.math.GaussLegendre;
import java.util.Arrays;

/**
 * A network's events from t = 0 to 1 by RK4, with the log-determinant by a fixed rule: the trace at
 * every stage, or at Gauss-Legendre nodes on the Hermite interpolant. Allocates nothing after
 * construction.
 */
final class FixedIntegrator {

  private final Network network;
  private final Rk4Stepper stepper;
  private final int size;
  private final int steps;

  /** The quadrature of the trace; null for the trace at every stage. */
  private final GaussLegendre rule;

  private final Rk4Stepper.Stage observer;
  private final float[] logDet;
  private final float[] trace;
  private final float[] position;

  /** Positions at the start and the end of a step, and gradients. */
  private final float[] ends;

  private final float[] slopes;
  private final float[] endGradient;
  private final float[] weights = new float[4];

  private FixedIntegrator(Network network, int steps, GaussLegendre rule) {
    this.network = network;
    this.steps = steps;
    this.rule = rule;
    size = network.floats(network.d);
    stepper = new Rk4Stepper(network);
    observer = rule == null ? this::addTrace : this::keepStart;
    position = network.rows(network.d);
    ends = new float[2 * size];
    slopes = new float[2 * size];
    endGradient = network.rows(network.gradientRows);
    logDet = new float[network.width()];
    trace = new float[network.width()];
  }

  /** The trace at every stage. */
  static FixedIntegrator rk4(Network network, int steps) {
    return new FixedIntegrator(network, steps, null);
  }

  /** The trace at Gauss-Legendre nodes on the Hermite interpolant. */
  static FixedIntegrator quadrature(Network network, int steps, int nodes) {
    return new FixedIntegrator(network, steps, GaussLegendre.of(nodes));
  }

  /** ℓ of the last run, one number an event. */
  float[] logDet() {
    return logDet;
  }

  /**
   * Integrates.
   *
   * @param z d rows: x, replaced by z(1)
   */
  void run(float[] z) {
    Arrays.fill(logDet, 0);
    int node = 0;
    for (int n = 0; n < steps; n++) {
      if (rule != null) {
        System.arraycopy(z, 0, ends, 0, size);
      }
      stepper.step(z, n, steps, observer);
      if (rule != null) {
        node = nodesOfStep(z, n, node);
      }
    }
  }

  private void addTrace(int index, float weight, float[] input, float[] gradient) {
    network.trace(trace);
    addToLogDet(weight);
  }

  private void addToLogDet(float weight) {
    for (int e = 0; e < logDet.length; e++) {
      logDet[e] = Math.fma(-weight, trace[e], logDet[e]);
    }
  }

  private void keepStart(int index, float weight, float[] input, float[] gradient) {
    if (index == 0) {
      System.arraycopy(gradient, 0, slopes, 0, size);
    }
  }

  /** Takes the trace at the nodes within step n; returns the first node after it. */
  private int nodesOfStep(float[] z, int n, int node) {
    int q = node;
    if (q == rule.nodes().length || rule.nodes()[q] * steps >= n + 1) {
      return q;
    }
    network.gradient(z, (float) ((n + 1.0) / steps), endGradient);
    System.arraycopy(z, 0, ends, size, size);
    System.arraycopy(endGradient, 0, slopes, size, size);
    for (; q < rule.nodes().length && rule.nodes()[q] * steps < n + 1; q++) {
      Hermite.weights(1.0 / steps, rule.nodes()[q] * steps - n, weights);
      Hermite.interpolate(ends, 0, size, slopes, 0, size, size, weights, position);
      network.traceAt(position, (float) rule.nodes()[q], trace);
      addToLogDet((float) rule.weights()[q]);
    }
    return q;
  }
}
