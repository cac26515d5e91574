package io.otflow.engine.simd;

import io.otflow.engine.ObjectiveGradient.Problem;
import io.otflow.flow.Rk4;
import io.otflow.math.CubicHermite;
import io.otflow.math.GaussLegendre;
import java.util.Arrays;

/**
 * The forward pass of tiles of events, and what the reverse pass needs of it: for each tile the
 * inputs of all stages and z(1), (4·steps + 1)·d numbers an event; with quadrature also ∇ₓΦ at all
 * steps, (steps + 1)·d.
 */
final class TileTape {

  private static final int T = Lanes.TILE;

  final int d;
  final int steps;

  /** The quadrature of the trace; null for the trace at every stage. */
  final GaussLegendre rule;

  private final TileNetwork network;
  private final Rk4Stepper stepper;
  private final Rk4Stepper.Stage observer = this::addStage;
  private final float[] z;
  private final float[] endGradient;
  private final float[] position;
  private final float[] trace = new float[T];
  private final float[] square = new float[T];
  private final float[] weights = new float[4];

  /** ℓ, L and R of the last tile. */
  final double[] logDet = new double[T];

  final double[] transport = new double[T];
  final double[] residual = new double[T];

  /** Tile after tile; see the class comment. */
  private float[] values = new float[0];

  /** Where the tile begins, and where its next stage and its next slope go. */
  private int base;

  private int nextStage;
  private int nextSlope;

  TileTape(TileNetwork network, Problem problem) {
    this.network = network;
    d = network.d;
    steps = problem.steps();
    rule = problem.traceNodes() == 0 ? null : GaussLegendre.of(problem.traceNodes());
    stepper = new Rk4Stepper(network);
    z = network.rows(d);
    endGradient = network.rows(network.gradientRows);
    position = network.rows(d);
  }

  private int panelsOfTile() {
    return Rk4.STAGES * steps + 1 + (rule == null ? 0 : steps + 1);
  }

  /** Makes room. */
  void reserve(int tiles) {
    int size = tiles * panelsOfTile() * d * T;
    if (values.length < size) {
      values = new float[size];
    }
  }

  /** Forgets what it holds. */
  void clear() {
    values = new float[0];
  }

  /** Goes to a tile. */
  void seek(int tile) {
    base = tile * panelsOfTile() * d * T;
  }

  /** All values, to be read with the offsets below. */
  float[] values() {
    return values;
  }

  /** Where the input of stage i of step n begins; stage 0 of the step after the last is z(1). */
  int stageOffset(int n, int i) {
    return base + (n * Rk4.STAGES + i) * d * T;
  }

  /** Where ∇ₓΦ at time n/steps begins. */
  int slopeOffset(int n) {
    return base + (Rk4.STAGES * steps + 1 + n) * d * T;
  }

  /** The step that node q of the quadrature lies in. */
  int stepOf(int q) {
    return CubicHermite.stepOf(rule.nodes()[q], steps);
  }

  /** Sets a position to node q's, and weights to those of the interpolant there. */
  void interpolate(int q, float[] interpolationWeights, float[] out) {
    int n = stepOf(q);
    Hermite.weights(1.0 / steps, rule.nodes()[q] * steps - n, interpolationWeights);
    Hermite.interpolate(
        values,
        stageOffset(n, 0),
        stageOffset(n + 1, 0),
        values,
        slopeOffset(n),
        slopeOffset(n + 1),
        d * T,
        interpolationWeights,
        out);
  }

  /**
   * Integrates a tile and keeps it.
   *
   * @param x panel of d rows
   * @param tile its number
   */
  void record(float[] x, int tile) {
    seek(tile);
    Arrays.fill(logDet, 0);
    Arrays.fill(transport, 0);
    Arrays.fill(residual, 0);
    nextStage = stageOffset(0, 0);
    nextSlope = slopeOffset(0);
    System.arraycopy(x, 0, z, 0, d * T);
    for (int n = 0; n < steps; n++) {
      stepper.step(z, n, steps, observer);
    }
    System.arraycopy(z, 0, values, nextStage, d * T);
    if (rule != null) {
      network.gradient(z, 1f, endGradient);
      System.arraycopy(endGradient, 0, values, nextSlope, d * T);
      addTraces();
    }
  }

  /** Keeps a stage's input, and adds its share of ℓ, L and R. */
  private void addStage(int index, float unused, float[] input, float[] slope) {
    System.arraycopy(input, 0, values, nextStage, d * T);
    nextStage += d * T;
    double weight = Rk4.weight(index) / steps;
    if (rule == null) {
      network.trace(trace);
      addToLogDet(weight);
    } else if (index == 0) {
      System.arraycopy(slope, 0, values, nextSlope, d * T);
      nextSlope += d * T;
    }
    PanelOps.sumSquares(slope, d, square);
    for (int e = 0; e < T; e++) {
      transport[e] += weight * 0.5 * square[e];
      residual[e] += weight * Math.abs(slope[d * T + e] - 0.5 * square[e]);
    }
  }

  private void addTraces() {
    for (int q = 0; q < rule.nodes().length; q++) {
      interpolate(q, weights, position);
      network.traceAt(position, (float) rule.nodes()[q], trace);
      addToLogDet(rule.weights()[q]);
    }
  }

  private void addToLogDet(double weight) {
    for (int e = 0; e < T; e++) {
      logDet[e] -= weight * trace[e];
    }
  }
}
