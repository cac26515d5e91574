package io.otflow.engine.simd;

import io.otflow.engine.ObjectiveGradient.Problem;
import io.otflow.flow.Rk4;
import java.util.Arrays;

/**
 * Reverse mode through the discretization of a tile: {@code flow.Objective}, whose comment explains
 * the order. A bar names the adjoint of a quantity; here it is that of ∇ₓΦ, not of the velocity.
 */
final class TileReverse {

  private static final int T = Lanes.TILE;

  private final Problem problem;
  private final TileNetwork network;
  private final TileTape tape;
  private final TileAdjoint adjoint;
  private final int d;
  private final int steps;
  private final float[] s;
  private final float[] gradient;
  private final float[] square = new float[T];
  private final float[] gradientBar;
  private final float[] traceBar = new float[T];
  private final float[] sBar;
  private final float[] zBar;
  private final float[] nextBar;

  /** Adjoint of ∇ₓΦ of the stage to reverse next, by the step itself. */
  private final float[] stageBar;

  /** Adjoints that the interpolant gives to the ends of the step being reversed. */
  private final float[] startBar;

  private final float[] startGradientBar;
  private final float[] endGradientBar;
  private final float[] weights = new float[4];

  TileReverse(Problem problem, TileNetwork network, TileTape tape, TileAdjoint adjoint) {
    this.problem = problem;
    this.network = network;
    this.tape = tape;
    this.adjoint = adjoint;
    d = network.d;
    steps = problem.steps();
    s = Lanes.panel(d + 1);
    gradient = Lanes.panel(d + 1);
    gradientBar = Lanes.panel(d + 1);
    sBar = Lanes.panel(d + 1);
    zBar = Lanes.panel(d);
    nextBar = Lanes.panel(d);
    stageBar = Lanes.panel(d);
    startBar = Lanes.panel(d);
    startGradientBar = Lanes.panel(d);
    endGradientBar = Lanes.panel(d);
  }

  /**
   * Adds a tile's gradient to the adjoint's.
   *
   * @param tile its number on the tape
   * @param rate weight of each event; 0 leaves it out
   */
  void run(int tile, float[] rate) {
    int n = d * T;
    tape.seek(tile);
    load(tape.stageOffset(steps, 0), rate);
    PanelOps.scaleLanes(s, d, rate, zBar);
    PanelOps.scale((float) problem.alphaC(), zBar, n);
    Arrays.fill(startGradientBar, 0);
    for (int step = steps - 1; step >= 0; step--) {
      System.arraycopy(startGradientBar, 0, endGradientBar, 0, n);
      Arrays.fill(startBar, 0);
      Arrays.fill(startGradientBar, 0);
      if (tape.rule != null) {
        reverseNodes(step, rate);
      }
      if (step < steps - 1) {
        reverseFirstStage(step + 1, rate);
      } else if (tape.rule != null) {
        reverseEnd(rate);
      }
      System.arraycopy(zBar, 0, nextBar, 0, n);
      Arrays.fill(sBar, 0);
      for (int i = Rk4.STAGES - 1; i >= 0; i--) {
        PanelOps.weightedSum(
            -(float) Rk4.weight(i) / steps,
            nextBar,
            -(float) Rk4.nextNode(i) / steps,
            sBar,
            n,
            stageBar);
        if (i > 0) {
          reverseStage(step, i, rate);
          PanelOps.addScaled(1f, sBar, n, zBar);
        }
      }
      PanelOps.addScaled(1f, startBar, n, zBar);
    }
    System.arraycopy(startGradientBar, 0, endGradientBar, 0, n);
    reverseFirstStage(0, rate);
  }

  /** Sets the positions of s; an event left out may hold values that are not finite. */
  private void load(int offset, float[] rate) {
    System.arraycopy(tape.values(), offset, s, 0, d * T);
    clean(rate);
  }

  private void clean(float[] rate) {
    for (int e = 0; e < T; e++) {
      if (rate[e] == 0) {
        for (int k = 0; k < d; k++) {
          s[k * T + e] = 0;
        }
      }
    }
  }

  private void evaluate(double t) {
    Arrays.fill(s, d * T, (d + 1) * T, (float) t);
    network.gradient(s, (float) t, gradient);
  }

  /** The traces at the nodes within a step: adds to zBar, endGradientBar and those of the start. */
  private void reverseNodes(int step, float[] rate) {
    int n = d * T;
    for (int q = 0; q < tape.rule.nodes().length; q++) {
      if (tape.stepOf(q) == step) {
        tape.interpolate(q, weights, s);
        clean(rate);
        evaluate(tape.rule.nodes()[q]);
        Arrays.fill(gradientBar, 0);
        setTraceBar((float) (problem.alphaC() * tape.rule.weights()[q]), rate);
        adjoint.add(s, gradientBar, traceBar, sBar);
        PanelOps.addScaled(weights[0], sBar, n, startBar);
        PanelOps.addScaled(weights[1], sBar, n, zBar);
        PanelOps.addScaled(weights[2], sBar, n, startGradientBar);
        PanelOps.addScaled(weights[3], sBar, n, endGradientBar);
      }
    }
  }

  private void setTraceBar(float factor, float[] rate) {
    for (int e = 0; e < T; e++) {
      traceBar[e] = factor * rate[e];
    }
  }

  /** ∇ₓΦ at the very end, which only the interpolant reads. */
  private void reverseEnd(float[] rate) {
    load(tape.stageOffset(steps, 0), rate);
    evaluate(1);
    System.arraycopy(endGradientBar, 0, gradientBar, 0, d * T);
    Arrays.fill(gradientBar, d * T, (d + 1) * T, 0);
    adjoint.add(s, gradientBar, null, sBar);
    PanelOps.addScaled(1f, sBar, d * T, zBar);
  }

  /** The first stage of a step, with what the interpolant before it reads of its gradient. */
  private void reverseFirstStage(int step, float[] rate) {
    PanelOps.addScaled(1f, endGradientBar, d * T, stageBar);
    reverseStage(step, 0, rate);
    PanelOps.addScaled(1f, sBar, d * T, zBar);
  }

  /** Sets sBar to the adjoint of the input of stage i of a step. */
  private void reverseStage(int step, int i, float[] rate) {
    load(tape.stageOffset(step, i), rate);
    evaluate((step + Rk4.node(i)) / steps);
    PanelOps.sumSquares(gradient, d, square);
    float weight = (float) (Rk4.weight(i) / steps);
    for (int e = 0; e < T; e++) {
      float stageRate = rate[e] * weight;
      float sign = Math.signum(gradient[d * T + e] - 0.5f * square[e]);
      float residualBar = stageRate * (float) problem.alphaR() * sign;
      // The factor of ∇ₓΦ in the adjoint of L and R.
      square[e] = stageRate * (float) problem.alphaL() - residualBar;
      gradientBar[d * T + e] = residualBar;
      traceBar[e] = stageRate * (float) problem.alphaC();
    }
    PanelOps.scaleLanes(gradient, d, square, gradientBar);
    PanelOps.addScaled(1f, stageBar, d * T, gradientBar);
    adjoint.add(s, gradientBar, tape.rule == null ? traceBar : null, sBar);
  }
}
