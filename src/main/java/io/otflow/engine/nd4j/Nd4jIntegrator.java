package io.otflow.engine.nd4j;

import io.otflow.flow.Rk4;
import io.otflow.math.CubicHermite;
import io.otflow.math.GaussLegendre;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * n events from t = 0 to 1 by RK4, with the log-determinant by the trace at every stage, or at
 * Gauss-Legendre nodes on the cubic Hermite interpolant: the discretization of {@link
 * io.otflow.flow.Flow}. Of the trajectory no more than one step is kept. One thread at a time.
 */
final class Nd4jIntegrator implements AutoCloseable {

  private final Nd4jPotential potential;
  private final Nd4jArrays arrays;
  private final int steps;
  private final double step;

  /** The quadrature of the trace; null for the trace at every stage. */
  private final GaussLegendre rule;

  /** The next node of the quadrature. */
  private int node;

  /** Positions: where the step began, the stage's, and what the stages add up to; d × n each. */
  private final INDArray z;

  private final INDArray stage;
  private final INDArray sum;
  private final INDArray gradient;
  private final INDArray scratch;

  /** Where the step before began, and the gradient there: d × n each. */
  private final INDArray before;

  private final INDArray gradientBefore;
  private final INDArray gradientAtStart;

  /** 1 × n each. */
  private final INDArray trace;

  private final INDArray logDet;

  /**
   * An integrator of n events.
   *
   * @param weights weights of the potential; not closed with it
   * @param n events, at least 1
   * @param steps RK4 steps, at least 1
   * @param rule quadrature of the trace, or null for the trace at every stage
   */
  Nd4jIntegrator(Nd4jWeights weights, int n, int steps, GaussLegendre rule) {
    potential = new Nd4jPotential(weights, n);
    arrays = new Nd4jArrays(weights.type);
    this.steps = steps;
    step = 1.0 / steps;
    this.rule = rule;
    z = arrays.matrix(weights.d, n);
    stage = arrays.matrix(weights.d, n);
    sum = arrays.matrix(weights.d, n);
    gradient = arrays.matrix(weights.d, n);
    scratch = arrays.matrix(weights.d, n);
    before = arrays.matrix(weights.d, n);
    gradientBefore = arrays.matrix(weights.d, n);
    gradientAtStart = arrays.matrix(weights.d, n);
    trace = arrays.matrix(1, n);
    logDet = arrays.matrix(1, n);
  }

  /**
   * Integrates.
   *
   * @param x n × d, row-major, scaled
   */
  void run(double[] x) {
    arrays.set(z, x);
    logDet.assign(0);
    node = 0;
    for (int n = 0; n < steps; n++) {
      advance(n);
    }
    if (rule != null) {
      potential.gradient(z, 1, gradientAtStart);
      addNodes(steps);
    }
  }

  /** Step n, from 0. */
  private void advance(int n) {
    stage.assign(z);
    sum.assign(0);
    for (int i = 0; i < Rk4.STAGES; i++) {
      potential.gradient(stage, (n + Rk4.node(i)) * step, gradient);
      if (rule == null) {
        addTrace(step * Rk4.weight(i));
      } else if (i == 0) {
        gradientAtStart.assign(gradient);
        addNodes(n);
        before.assign(z);
        gradientBefore.assign(gradient);
      }
      add(-step * Rk4.weight(i), gradient, sum);
      if (i + 1 < Rk4.STAGES) {
        stage.assign(z);
        add(-step * Rk4.nextNode(i), gradient, stage);
      }
    }
    z.addi(sum);
  }

  /** Takes the trace where the potential was last evaluated. */
  private void addTrace(double weight) {
    potential.trace(trace);
    logDet.subi(trace.muli(weight));
  }

  /** Takes the trace at the nodes of the step that ends at z, at time n/steps. */
  private void addNodes(int n) {
    while (node < rule.nodes().length && CubicHermite.stepOf(rule.nodes()[node], steps) < n) {
      double t = rule.nodes()[node];
      interpolate(t * steps - (n - 1));
      potential.propagate(stage, t);
      addTrace(rule.weights()[node]);
      node++;
    }
  }

  /**
   * The cubic Hermite interpolant between two steps, into the stage's position.
   *
   * @param r share of the step, from 0 to 1; the velocity is the negative gradient
   */
  private void interpolate(double r) {
    before.muli(CubicHermite.startPosition(r), stage);
    add(CubicHermite.endPosition(r), z, stage);
    add(-CubicHermite.startSlope(step, r), gradientBefore, stage);
    add(-CubicHermite.endSlope(step, r), gradientAtStart, stage);
  }

  /** sum += factor · a. */
  private void add(double factor, INDArray a, INDArray sum) {
    sum.addi(a.muli(factor, scratch));
  }

  /** z(1) of the last run: n × d, row-major. */
  double[] z() {
    return z.data().asDouble();
  }

  /** ℓ(1) of the last run: n numbers, nats. */
  double[] logDet() {
    return logDet.data().asDouble();
  }

  @Override
  public void close() {
    potential.close();
    arrays.close();
  }
}
