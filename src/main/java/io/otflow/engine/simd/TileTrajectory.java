package io.otflow.engine.simd;

import io.otflow.math.GaussLegendre;
import java.util.Arrays;

/**
 * A tile of events from t = 0 to 1 by RK4, with its log-determinant by a fixed rule: the trace at
 * every stage, or at Gauss-Legendre nodes on the Hermite interpolant. Allocates nothing after
 * construction.
 */
final class TileTrajectory {

  private static final int T = Lanes.TILE;

  private final TileNetwork network;
  private final TileStepper stepper;
  private final int d;
  private final int steps;

  /** The quadrature of the trace; null for the trace at every stage. */
  private final GaussLegendre rule;

  private final TileStepper.Stage stage;
  private final float[] logDet;
  private final float[] trace;
  private final float[] position;
  private final float[] startZ;
  private final float[] startGradient;
  private final float[] endGradient;

  private TileTrajectory(TileNetwork network, int steps, GaussLegendre rule) {
    this.network = network;
    this.steps = steps;
    this.rule = rule;
    d = network.d;
    stepper = new TileStepper(network);
    stage = rule == null ? this::addTrace : this::keepStart;
    position = Lanes.panel(d);
    startZ = Lanes.panel(d);
    startGradient = Lanes.panel(d);
    endGradient = Lanes.panel(d);
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

  /** ℓ of the last run, one number a lane. */
  float[] logDet() {
    return logDet;
  }

  /**
   * Integrates.
   *
   * @param z panel of d rows: x, replaced by z(1)
   */
  void run(float[] z) {
    Arrays.fill(logDet, 0);
    int node = 0;
    for (int n = 0; n < steps; n++) {
      System.arraycopy(z, 0, startZ, 0, d * T);
      stepper.step(z, n, steps, stage);
      if (rule != null) {
        node = nodesOfStep(z, n, node);
      }
    }
  }

  private void addTrace(int index, float weight, float[] input, float[] gradient) {
    network.trace(trace);
    PanelOps.addScaled(-weight, trace, T, logDet);
  }

  private void keepStart(int index, float weight, float[] input, float[] gradient) {
    if (index == 0) {
      System.arraycopy(gradient, 0, startGradient, 0, d * T);
    }
  }

  /** Takes the trace at the nodes within step n; returns the first node after it. */
  private int nodesOfStep(float[] z, int n, int node) {
    int q = node;
    if (q == rule.nodes().length || rule.nodes()[q] * steps >= n + 1) {
      return q;
    }
    System.arraycopy(stepper.gradientAt(z, (n + 1.0) / steps), 0, endGradient, 0, d * T);
    for (; q < rule.nodes().length && rule.nodes()[q] * steps < n + 1; q++) {
      Hermite.interpolate(
          startZ,
          startGradient,
          z,
          endGradient,
          0,
          0,
          d * T,
          1.0 / steps,
          rule.nodes()[q] * steps - n,
          position);
      stepper.traceAt(position, rule.nodes()[q], trace);
      PanelOps.addScaled((float) -rule.weights()[q], trace, T, logDet);
    }
    return q;
  }
}
