package io.otflow.engine.reference;

import io.otflow.engine.ObjectiveGradient;
import io.otflow.flow.Flow;
import io.otflow.flow.Objective;
import io.otflow.flow.Penalties;
import java.util.Arrays;

/** Differentiates with the oracle, {@link Objective}: double throughout, a row at a time, slow. */
public final class ReferenceObjective implements ObjectiveGradient {

  private final Problem problem;
  private final Penalties penalties;
  private final double[] theta;
  private final Flow flow;
  private final Objective objective;
  private double[] batch = new double[0];

  /**
   * An objective with all weights zero.
   *
   * @param problem what is differentiated
   */
  public ReferenceObjective(Problem problem) {
    this.problem = problem;
    penalties = new Penalties(problem.alphaL(), problem.alphaC(), problem.alphaR());
    theta = new double[problem.architecture().layout().size()];
    flow = new Flow(problem.architecture(), theta);
    objective =
        new Objective(
            problem.architecture(), theta, penalties, problem.steps(), problem.traceNodes());
  }

  @Override
  public void setParameters(float[] parameters) {
    for (int i = 0; i < theta.length; i++) {
      theta[i] = parameters[i];
    }
  }

  @Override
  public void forward(double[] y, int rows, double[] value, double[] negativeLogLikelihood) {
    int d = problem.architecture().d();
    batch = Arrays.copyOf(y, rows * d);
    double[] row = new double[d];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(batch, i * d, row, 0, d);
      Flow.End end = flow.forward(row, problem.steps(), problem.traceNodes());
      negativeLogLikelihood[i] = -end.logLikelihood();
      value[i] = penalties.objective(end.transport(), negativeLogLikelihood[i], end.residual());
    }
  }

  @Override
  public void backward(double[] rowWeights, double[] gradient) {
    int d = problem.architecture().d();
    double[] row = new double[d];
    for (int i = 0; i < batch.length / d; i++) {
      if (rowWeights[i] != 0) {
        System.arraycopy(batch, i * d, row, 0, d);
        objective.addGradient(row, rowWeights[i], gradient);
      }
    }
  }

  @Override
  public void close() {
    batch = new double[0];
  }
}
