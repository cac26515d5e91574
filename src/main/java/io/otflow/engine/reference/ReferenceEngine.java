package io.otflow.engine.reference;

import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.Rows;
import io.otflow.flow.AdaptiveFlow;
import io.otflow.flow.Flow;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;

/** Scores with the oracle, {@link Flow}: double throughout, a row at a time, slow. */
public final class ReferenceEngine implements LikelihoodEngine {

  private final Integration integration;
  private Flow flow;
  private Front front;
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
    front = model.front();
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
    int d = front.d();
    Rows.check(x, rows, d, logLikelihood, errorEstimate);
    double[] row = new double[d];
    for (int i = 0; i < rows; i++) {
      double logDeterminant = front.apply(x, i * d, row, 0);
      double error = Double.NaN;
      double ours;
      switch (integration.integrator()) {
        case QUADRATURE -> ours = flow.logLikelihoodByQuadrature(row, steps, integration.nodes());
        case ADAPTIVE -> {
          AdaptiveFlow.Estimate estimate = adaptive.logLikelihood(row);
          ours = estimate.logLikelihood();
          error = estimate.errorEstimate();
        }
        default -> ours = flow.forward(row, steps).logLikelihood();
      }
      logLikelihood[i] = Rows.finiteOrImpossible(ours + logDeterminant);
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
