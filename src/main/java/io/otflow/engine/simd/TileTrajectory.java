package io.otflow.engine.simd;

import io.otflow.flow.Rk4;
import io.otflow.math.GaussLegendre;
import java.util.Arrays;

/**
 * A tile of events from t = 0 to 1 by RK4, with its log-determinant by either rule. Set {@link #z},
 * call {@link #run}, read {@link #z} and {@link #logDet}. Allocates nothing after construction.
 */
final class TileTrajectory {

  private static final int T = Lanes.TILE;

  private final TileNetwork network;
  private final int d;
  private final int steps;

  /** The quadrature of the trace; null for the trace at every stage. */
  private final GaussLegendre rule;

  private final float[] z;
  private final float[] logDet;
  private final float[] s;
  private final float[] gradient;
  private final float[] next;
  private final float[] trace;
  private final float[] startZ;
  private final float[] startGradient;

  private TileTrajectory(TileNetwork network, int steps, GaussLegendre rule) {
    this.network = network;
    this.steps = steps;
    this.rule = rule;
    d = network.d;
    z = Lanes.panel(d);
    s = Lanes.panel(d + 1);
    gradient = Lanes.panel(d + 1);
    next = Lanes.panel(d);
    startZ = Lanes.panel(d);
    startGradient = Lanes.panel(d);
    logDet = new float[T];
    trace = new float[T];
  }

  /** The trace at every stage. */
  static TileTrajectory rk4(TileNetwork network, int steps) {
    return new TileTrajectory(network, steps, null);
  }

  /** The trace at Gauss-Legendre nodes on the Hermite interpolant. */
  static TileTrajectory quadrature(TileNetwork network, int steps, int nodes) {
    return new TileTrajectory(network, steps, GaussLegendre.of(nodes));
  }

  /** Positions: a panel of d rows. */
  float[] z() {
    return z;
  }

  /** ℓ, one number a lane. */
  float[] logDet() {
    return logDet;
  }

  void run() {
    Arrays.fill(logDet, 0);
    int node = 0;
    for (int n = 0; n < steps; n++) {
      step(n);
      if (rule != null) {
        node = nodesOfStep(n, node);
      }
    }
  }

  private void step(int n) {
    float step = 1f / steps;
    System.arraycopy(z, 0, s, 0, d * T);
    System.arraycopy(z, 0, next, 0, d * T);
    for (int i = 0; i < Rk4.STAGES; i++) {
      Arrays.fill(s, d * T, (d + 1) * T, (float) ((n + Rk4.node(i)) / steps));
      network.gradient(s, gradient);
      float weight = (float) (Rk4.weight(i) / steps);
      if (rule == null) {
        network.trace(trace);
        PanelOps.addScaled(-weight, trace, T, logDet);
      } else if (i == 0) {
        System.arraycopy(z, 0, startZ, 0, d * T);
        System.arraycopy(gradient, 0, startGradient, 0, d * T);
      }
      PanelOps.addScaled(-weight, gradient, d * T, next);
      PanelOps.scaledSum(z, -step * (float) Rk4.nextNode(i), gradient, d * T, s);
    }
    System.arraycopy(next, 0, z, 0, d * T);
  }

  /** Takes the trace at the nodes within step n; returns the first node after it. */
  private int nodesOfStep(int n, int node) {
    int q = node;
    if (q == rule.nodes().length || rule.nodes()[q] * steps >= n + 1) {
      return q;
    }
    System.arraycopy(z, 0, s, 0, d * T);
    Arrays.fill(s, d * T, (d + 1) * T, (float) ((n + 1.0) / steps));
    network.gradient(s, gradient);
    for (; q < rule.nodes().length && rule.nodes()[q] * steps < n + 1; q++) {
      interpolate(rule.nodes()[q] * steps - n);
      Arrays.fill(s, d * T, (d + 1) * T, (float) rule.nodes()[q]);
      network.forward(s);
      network.backward();
      network.trace(trace);
      PanelOps.addScaled((float) -rule.weights()[q], trace, T, logDet);
    }
    return q;
  }

  /** Cubic Hermite interpolant at a share r of the step, into s. */
  private void interpolate(double r) {
    double step = 1.0 / steps;
    Arrays.fill(s, 0, d * T, 0f);
    PanelOps.addScaled((float) ((1 + 2 * r) * (1 - r) * (1 - r)), startZ, d * T, s);
    PanelOps.addScaled((float) (-step * r * (1 - r) * (1 - r)), startGradient, d * T, s);
    PanelOps.addScaled((float) (r * r * (3 - 2 * r)), z, d * T, s);
    PanelOps.addScaled((float) (-step * r * r * (r - 1)), gradient, d * T, s);
  }
}
