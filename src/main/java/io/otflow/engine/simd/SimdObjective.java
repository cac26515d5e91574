package io.otflow.engine.simd;

import io.otflow.engine.ObjectiveGradient;
import io.otflow.flow.Flow;
import io.otflow.flow.Rk4;
import java.util.Arrays;

/**
 * Objective and gradient of tiles of events in float: discretize-then-optimize. The forward pass
 * keeps the stage inputs, 4·steps·d numbers a row; the backward pass recomputes the rest stage by
 * stage. Lanes past the last row repeat it with weight 0. Agrees with the double gradient to about
 * 1e-5 of its norm.
 */
public final class SimdObjective implements ObjectiveGradient {

  private static final int T = Lanes.TILE;

  private final Problem problem;
  private final int d;
  private final int steps;
  private final TileNetwork network;
  private final Rk4Stepper stepper;
  private final Rk4Stepper.Stage forwardStage = this::addStage;
  private final TileAdjoint adjoint;

  private final float[] z;
  private final float[] s;
  private final float[] gradient;
  private final float[] trace;
  private final float[] square;
  private final float[] gradientBar;
  private final float[] traceBar;
  private final float[] sBar;
  private final float[] zBar;
  private final float[] nextBar;
  private final float[] rate;
  private final double[] logDet = new double[T];
  private final double[] transport = new double[T];
  private final double[] residual = new double[T];

  private float[] theta;
  private int rows;

  /** Where in the stages the next input goes. */
  private int writeOffset;

  /** Stage inputs, tile after tile: for each 4·steps + 1 panels of d rows, the last being z(1). */
  private float[] stages = new float[0];

  /**
   * An objective without weights.
   *
   * @param problem what is differentiated
   */
  public SimdObjective(Problem problem) {
    this.problem = problem;
    d = problem.architecture().d();
    steps = problem.steps();
    network = new TileNetwork(problem.architecture(), d + 1);
    stepper = new Rk4Stepper(network);
    adjoint = new TileAdjoint(network, problem.architecture());
    z = Lanes.panel(d);
    s = Lanes.panel(d + 1);
    gradient = Lanes.panel(d + 1);
    gradientBar = Lanes.panel(d + 1);
    sBar = Lanes.panel(d + 1);
    zBar = Lanes.panel(d);
    nextBar = Lanes.panel(d);
    trace = new float[T];
    square = new float[T];
    traceBar = new float[T];
    rate = new float[T];
  }

  @Override
  public void setParameters(float[] parameters) {
    theta = parameters.clone();
    network.load(theta, false);
  }

  private int panelsOfTile() {
    return (Rk4.STAGES * steps + 1) * d * T;
  }

  @Override
  public void forward(double[] y, int count, double[] objective, double[] negativeLogLikelihood) {
    rows = count;
    int tiles = (count + T - 1) / T;
    if (stages.length < tiles * panelsOfTile()) {
      stages = new float[tiles * panelsOfTile()];
    }
    for (int tile = 0; tile < tiles; tile++) {
      int from = tile * T;
      int lanes = Math.min(T, count - from);
      for (int k = 0; k < d; k++) {
        for (int e = 0; e < T; e++) {
          z[k * T + e] = (float) y[(from + Math.min(e, lanes - 1)) * d + k];
        }
      }
      integrate(tile * panelsOfTile());
      for (int e = 0; e < lanes; e++) {
        double norm = 0;
        for (int k = 0; k < d; k++) {
          norm += (double) z[k * T + e] * z[k * T + e];
        }
        double cost = -Flow.logLikelihood(norm, d, logDet[e]);
        negativeLogLikelihood[from + e] = cost;
        objective[from + e] =
            problem.alphaL() * transport[e]
                + problem.alphaC() * cost
                + problem.alphaR() * residual[e];
      }
    }
  }

  /** Takes z to t = 1, keeping the stage inputs from an offset on. */
  private void integrate(int offset) {
    Arrays.fill(logDet, 0);
    Arrays.fill(transport, 0);
    Arrays.fill(residual, 0);
    writeOffset = offset;
    for (int n = 0; n < steps; n++) {
      stepper.step(z, n, steps, forwardStage);
    }
    System.arraycopy(z, 0, stages, writeOffset, d * T);
  }

  /** Keeps a stage's input, and adds its share of ℓ, L and R. */
  private void addStage(int index, float unused, float[] input, float[] slope) {
    System.arraycopy(input, 0, stages, writeOffset, d * T);
    writeOffset += d * T;
    network.trace(trace);
    PanelOps.sumSquares(slope, d, square);
    double weight = Rk4.weight(index) / steps;
    for (int e = 0; e < T; e++) {
      logDet[e] -= weight * trace[e];
      transport[e] += weight * 0.5 * square[e];
      residual[e] += weight * Math.abs(slope[d * T + e] - 0.5 * square[e]);
    }
  }

  /** ∇ₛΦ and ‖∇ₓΦ‖² at s and the time of stage i of step n. */
  private void evaluate(int n, int i) {
    float t = (float) ((n + Rk4.node(i)) / steps);
    Arrays.fill(s, d * T, (d + 1) * T, t);
    network.gradient(s, t, gradient);
    PanelOps.sumSquares(gradient, d, square);
  }

  @Override
  public void backward(double[] rowWeights, double[] thetaBar) {
    adjoint.reset(theta);
    for (int from = 0; from < rows; from += T) {
      float largest = 0;
      for (int e = 0; e < T; e++) {
        rate[e] = from + e < rows ? (float) rowWeights[from + e] : 0f;
        largest = Math.max(largest, Math.abs(rate[e]));
      }
      if (largest > 0) {
        reverse(from / T * panelsOfTile());
      }
    }
    adjoint.addTo(theta, thetaBar);
  }

  private void reverse(int offset) {
    System.arraycopy(stages, offset + Rk4.STAGES * steps * d * T, z, 0, d * T);
    PanelOps.scaleLanes(z, d, rate, zBar);
    float alphaC = (float) problem.alphaC();
    for (int p = 0; p < d * T; p++) {
      // A lane left out may hold values that are not finite.
      zBar[p] = rate[p % T] == 0 ? 0 : alphaC * zBar[p];
    }
    for (int n = steps - 1; n >= 0; n--) {
      System.arraycopy(zBar, 0, nextBar, 0, d * T);
      Arrays.fill(sBar, 0);
      for (int i = Rk4.STAGES - 1; i >= 0; i--) {
        reverseStage(offset, n, i);
        PanelOps.addScaled(1f, sBar, d * T, zBar);
      }
    }
  }

  /** Replaces sBar, the adjoint of the input of stage i + 1, by that of stage i. */
  private void reverseStage(int offset, int n, int i) {
    System.arraycopy(stages, offset + (n * Rk4.STAGES + i) * d * T, s, 0, d * T);
    for (int p = 0; p < d * T; p++) {
      s[p] = rate[p % T] == 0 ? 0 : s[p];
    }
    evaluate(n, i);
    float step = 1f / steps;
    float weight = (float) Rk4.weight(i);
    float nextNode = (float) Rk4.nextNode(i);
    for (int e = 0; e < T; e++) {
      float stageRate = rate[e] * step * weight;
      float sign = Math.signum(gradient[d * T + e] - 0.5f * square[e]);
      float residualBar = stageRate * (float) problem.alphaR() * sign;
      float slope = stageRate * (float) problem.alphaL() - residualBar;
      for (int k = 0; k < d; k++) {
        int p = k * T + e;
        float velocityBar = step * (weight * nextBar[p] + nextNode * sBar[p]);
        gradientBar[p] = slope * gradient[p] - velocityBar;
      }
      gradientBar[d * T + e] = residualBar;
      traceBar[e] = stageRate * (float) problem.alphaC();
    }
    adjoint.add(s, gradientBar, traceBar, sBar);
  }

  @Override
  public void close() {
    stages = new float[0];
  }
}
