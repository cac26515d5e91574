package io.otflow.engine.simd;

import io.otflow.engine.ObjectiveGradient;
import io.otflow.flow.Flow;

/**
 * Objective and gradient of tiles of events in float: discretize-then-optimize. The forward pass
 * keeps the stage inputs; the backward pass recomputes the rest stage by stage. Lanes past the last
 * row repeat it with weight 0. Agrees with the double gradient to about 1e-5 of its norm.
 */
public final class SimdObjective implements ObjectiveGradient {

  private static final int T = Lanes.TILE;

  private final Problem problem;
  private final int d;
  private final TileNetwork network;
  private final TileTape tape;
  private final TileAdjoint adjoint;
  private final TileReverse reverse;
  private final float[] x;
  private final float[] rate = new float[T];
  private float[] theta;
  private int rows;

  /**
   * An objective without weights.
   *
   * @param problem what is differentiated
   */
  public SimdObjective(Problem problem) {
    this.problem = problem;
    d = problem.architecture().d();
    network = new TileNetwork(problem.architecture(), Network.Purpose.TRAINING);
    tape = new TileTape(network, problem);
    adjoint = new TileAdjoint(network, problem.architecture());
    reverse = new TileReverse(problem, network, tape, adjoint);
    x = Lanes.panel(d);
  }

  @Override
  public void setParameters(float[] parameters) {
    theta = parameters.clone();
    network.load(theta);
  }

  @Override
  public void forward(double[] y, int count, double[] objective, double[] negativeLogLikelihood) {
    rows = count;
    tape.reserve((count + T - 1) / T);
    for (int from = 0; from < count; from += T) {
      int lanes = Math.min(T, count - from);
      for (int k = 0; k < d; k++) {
        for (int e = 0; e < T; e++) {
          x[k * T + e] = (float) y[(from + Math.min(e, lanes - 1)) * d + k];
        }
      }
      tape.record(x, from / T);
      int end = tape.stageOffset(problem.steps(), 0);
      for (int e = 0; e < lanes; e++) {
        double endSquare = network.squaredNorm(tape.values(), end, e);
        double cost = -Flow.logLikelihood(endSquare, d, tape.logDet[e]);
        negativeLogLikelihood[from + e] = cost;
        objective[from + e] =
            problem.alphaL() * tape.transport[e]
                + problem.alphaC() * cost
                + problem.alphaR() * tape.residual[e];
      }
    }
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
        reverse.run(from / T, rate);
      }
    }
    adjoint.addTo(theta, thetaBar);
  }

  @Override
  public void close() {
    tape.clear();
  }
}
