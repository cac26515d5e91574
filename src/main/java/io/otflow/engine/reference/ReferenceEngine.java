package io.otflow.engine.reference;

import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.Rows;
import io.otflow.flow.AdaptiveFlow;
import io.otflow.flow.Flow;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;

/** Scores with the oracle, {@link Flow}: double throughout, a row at a time, slow. */
public final class ReferenceEngine implements LikelihoodEngine {

  private final Integration integration;
  private Flow flow;
  private FeatureScaling scaling;
  private double logScaleSum;
  private AdaptiveFlow adaptive;
  private int steps;

  /**
   * An engine without a model.
   *
   * @param integration the discretization
   */
  public ReferenceEngine(Integration integration) {
    this.integration = integration;
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public void load(ModelSnapshot model) {
    flow = new Flow(model.architecture(), model.parameters().toDoubles());
    scaling = model.scaling();
    logScaleSum = scaling.logScaleSum();
    steps = integration.stepsFor(model.steps());
    adaptive =
        integration.integrator() == Integrator.ADAPTIVE
            ? new AdaptiveFlow(flow, model.d(), steps, integration.tolerance())
            : null;
  }

  @Override
  public void score(double[] x, int rows, double[] logLikelihood, double[] errorEstimate) {
    if (flow == null) {
      throw new IllegalStateException("no model was loaded");
    }
    int d = scaling.d();
    Rows.check(x, rows, d, logLikelihood, errorEstimate);
    double[] y = new double[rows * d];
    scaling.apply(x, rows, y);
    double[] row = new double[d];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(y, i * d, row, 0, d);
      double error = Double.NaN;
      double scaled;
      switch (integration.integrator()) {
        case QUADRATURE -> scaled = flow.logLikelihoodByQuadrature(row, steps, integration.nodes());
        case ADAPTIVE -> {
          AdaptiveFlow.Estimate estimate = adaptive.logLikelihood(row);
          scaled = estimate.logLikelihood();
          error = estimate.errorEstimate();
        }
        default -> scaled = flow.forward(row, steps).logLikelihood();
      }
      logLikelihood[i] = Rows.finiteOrImpossible(scaled - logScaleSum);
      if (errorEstimate != null) {
        errorEstimate[i] = error;
      }
    }
  }

  @Override
  public void close() {
    flow = null;
  }
}
