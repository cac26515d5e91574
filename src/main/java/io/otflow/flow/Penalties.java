package io.otflow.flow;

/**
 * Weights of the objective E[α_C C + L + α_R R], with α_L for L as in the published program.
 *
 * @param alphaL α_L, of the transport cost L
 * @param alphaC α_C, of C = −log p
 * @param alphaR α_R, of the HJB residual R
 */
public record Penalties(double alphaL, double alphaC, double alphaR) {

  /**
   * The objective of one row.
   *
   * @param transport L
   * @param negativeLogLikelihood C
   * @param residual R
   * @return α_L L + α_C C + α_R R
   */
  public double objective(double transport, double negativeLogLikelihood, double residual) {
    return alphaL * transport + alphaC * negativeLogLikelihood + alphaR * residual;
  }
}
