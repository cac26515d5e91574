package io.otflow.engine;

import io.otflow.model.Architecture;

/**
 * The objective α_L L + α_C C + α_R R of rows and its gradient, both through the same
 * discretization. Set the parameters, go forward over a batch, then backward over the same batch
 * with a weight for each row. One thread at a time.
 */
public interface ObjectiveGradient extends AutoCloseable {

  /**
   * What is differentiated.
   *
   * @param architecture shape of the potential
   * @param steps RK4 steps
   * @param traceNodes Gauss-Legendre nodes of the trace on the Hermite interpolant, or 0 to take it
   *     at every stage
   * @param alphaL weight α_L of the transport cost L
   * @param alphaC weight α_C of C = −log p
   * @param alphaR weight α_R of the HJB residual R
   */
  record Problem(
      Architecture architecture,
      int steps,
      int traceNodes,
      double alphaL,
      double alphaC,
      double alphaR) {}

  /**
   * Takes weights.
   *
   * @param theta θ in the order of {@link io.otflow.model.ParameterLayout}; not kept
   */
  void setParameters(float[] theta);

  /**
   * Integrates a batch and keeps what {@link #backward} needs. Values that leave the finite range
   * come out as they are.
   *
   * @param y rows × d, row-major, scaled; not kept
   * @param rows number of rows, at least 1
   * @param objective receives α_L L + α_C C + α_R R, one value a row
   * @param negativeLogLikelihood receives C in nats, scaled units, one value a row
   */
  void forward(double[] y, int rows, double[] objective, double[] negativeLogLikelihood);

  /**
   * Adds Σᵢ wᵢ ∂objectiveᵢ/∂θ over the rows of the last {@link #forward}.
   *
   * @param rowWeights wᵢ, one value a row; 0 leaves a row out
   * @param gradient as long as θ, added to
   */
  void backward(double[] rowWeights, double[] gradient);

  /** Frees what it holds. */
  @Override
  void close();
}
