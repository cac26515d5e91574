package io.otflow.flow;

import io.otflow.math.GaussLegendre;
import io.otflow.model.Architecture;
import java.util.Arrays;

/**
 * The objective α_L L + α_C C + α_R R of one row, and its exact gradient with respect to θ: reverse
 * mode through the discretization (discretize-then-optimize, arXiv:2005.13420), RK4 with the trace
 * at every stage, or at quadrature nodes on the Hermite interpolant. The stage inputs are stored,
 * 4·steps·d numbers; everything else is recomputed. One thread at a time.
 *
 * <p>The interpolant within a step reads ∇Φ at both ends, and each end is also the first stage of a
 * step. So the nodes of a step are reversed before the first stage of the step after it, and that
 * stage takes the adjoints of both.
 */
public final class Objective {

  private final Potential potential;
  private final PotentialAdjoint adjoint;
  private final Flow flow;
  private final Penalties penalties;
  private final int d;
  private final int steps;

  /** The quadrature of the trace; null for the trace at every stage. */
  private final GaussLegendre rule;

  private final HermiteTrajectory path;
  private final double[] s;
  private final double[] gradient;
  private final double[] gradientBar;
  private final double[] sBar;
  private final double[] zBar;
  private final double[] next;

  /** Adjoint of the velocity of the stage to reverse next. */
  private final double[] velocityBar;

  /** Adjoints that the interpolant gives to the ends of the step being reversed. */
  private final double[] startBar;

  private final double[] startVelocityBar;
  private final double[] endVelocityBar;

  /** Stage inputs: 4·steps rows of d. */
  private final double[] stages;

  /**
   * An objective.
   *
   * @param architecture shape of the potential
   * @param theta its weights; not copied, so that they may change between calls
   * @param penalties the weights of the objective
   * @param steps RK4 steps, at least 1
   * @param traceNodes quadrature nodes of the trace, or 0 for every stage
   */
  public Objective(
      Architecture architecture, double[] theta, Penalties penalties, int steps, int traceNodes) {
    potential = new Potential(architecture, theta);
    adjoint = new PotentialAdjoint(potential);
    flow = new Flow(potential);
    this.penalties = penalties;
    this.steps = steps;
    d = architecture.d();
    rule = traceNodes == 0 ? null : GaussLegendre.of(traceNodes);
    path = new HermiteTrajectory(d, steps);
    s = new double[d + 1];
    gradient = new double[d + 1];
    gradientBar = new double[d + 1];
    sBar = new double[d + 1];
    zBar = new double[d];
    next = new double[d];
    velocityBar = new double[d];
    startBar = new double[d];
    startVelocityBar = new double[d];
    endVelocityBar = new double[d];
    stages = new double[steps * Rk4.STAGES * d];
  }

  /**
   * Adds the gradient of a row's objective.
   *
   * @param x the row, length d, scaled
   * @param weight factor of this row
   * @param thetaBar added to: weight · ∂objective/∂θ
   * @return where the row ends
   */
  public Flow.End addGradient(double[] x, double weight, double[] thetaBar) {
    Flow.End end =
        flow.forward(
            x,
            steps,
            rule == null ? 0 : rule.nodes().length,
            (index, input) -> System.arraycopy(input, 0, stages, index * d, d),
            path);
    double step = 1.0 / steps;
    for (int k = 0; k < d; k++) {
      zBar[k] = weight * penalties.alphaC() * end.z()[k];
    }
    Arrays.fill(startVelocityBar, 0);
    for (int n = steps - 1; n >= 0; n--) {
      System.arraycopy(startVelocityBar, 0, endVelocityBar, 0, d);
      Arrays.fill(startBar, 0);
      Arrays.fill(startVelocityBar, 0);
      if (rule != null) {
        reverseNodes(n, weight, thetaBar);
      }
      if (n < steps - 1) {
        reverseFirstStage(n + 1, weight, thetaBar);
      } else if (rule != null) {
        reverseEnd(end.z(), thetaBar);
      }
      System.arraycopy(zBar, 0, next, 0, d);
      Arrays.fill(sBar, 0);
      for (int i = Rk4.STAGES - 1; i >= 0; i--) {
        // kᵢ enters the step's sum with bᵢ, and the next stage's input with aᵢ₊₁,ᵢ.
        for (int k = 0; k < d; k++) {
          velocityBar[k] = step * (Rk4.weight(i) * next[k] + Rk4.nextNode(i) * sBar[k]);
        }
        if (i > 0) {
          reverseStage(n, i, weight, thetaBar);
          addTo(zBar);
        }
      }
      for (int k = 0; k < d; k++) {
        zBar[k] += startBar[k];
      }
    }
    System.arraycopy(startVelocityBar, 0, endVelocityBar, 0, d);
    reverseFirstStage(0, weight, thetaBar);
    return end;
  }

  private void addTo(double[] sum) {
    for (int k = 0; k < d; k++) {
      sum[k] += sBar[k];
    }
  }

  /** The traces at the nodes within step n: adds to zBar, endVelocityBar and those of the start. */
  private void reverseNodes(int n, double weight, double[] thetaBar) {
    for (int q = 0; q < rule.nodes().length; q++) {
      double t = rule.nodes()[q];
      if (path.stepOf(t) == n) {
        path.at(t, s);
        s[d] = t;
        potential.gradient(s, gradient);
        Arrays.fill(gradientBar, 0);
        Arrays.fill(sBar, 0);
        adjoint.add(
            s, gradientBar, weight * penalties.alphaC() * rule.weights()[q], sBar, thetaBar);
        double[] w = path.weights(t);
        for (int k = 0; k < d; k++) {
          startBar[k] += w[0] * sBar[k];
          zBar[k] += w[1] * sBar[k];
          startVelocityBar[k] += w[2] * sBar[k];
          endVelocityBar[k] += w[3] * sBar[k];
        }
      }
    }
  }

  /** The velocity at the very end, which only the interpolant reads. */
  private void reverseEnd(double[] z, double[] thetaBar) {
    System.arraycopy(z, 0, s, 0, d);
    s[d] = 1;
    potential.gradient(s, gradient);
    for (int k = 0; k < d; k++) {
      gradientBar[k] = -endVelocityBar[k];
    }
    gradientBar[d] = 0;
    Arrays.fill(sBar, 0);
    adjoint.add(s, gradientBar, 0, sBar, thetaBar);
    addTo(zBar);
  }

  /** The first stage of step n, with what the interpolant before it reads of its velocity. */
  private void reverseFirstStage(int n, double weight, double[] thetaBar) {
    for (int k = 0; k < d; k++) {
      velocityBar[k] += endVelocityBar[k];
    }
    reverseStage(n, 0, weight, thetaBar);
    addTo(zBar);
  }

  /** Sets sBar to the adjoint of the input of stage i of step n. */
  private void reverseStage(int n, int i, double weight, double[] thetaBar) {
    double step = 1.0 / steps;
    System.arraycopy(stages, (n * Rk4.STAGES + i) * d, s, 0, d);
    s[d] = (n + Rk4.node(i)) * step;
    potential.gradient(s, gradient);
    double rate = weight * step * Rk4.weight(i);
    double residual = gradient[d] - 0.5 * potential.squaredNorm(gradient, 0);
    double residualBar = rate * penalties.alphaR() * Math.signum(residual);
    for (int k = 0; k < d; k++) {
      gradientBar[k] = -velocityBar[k] + (rate * penalties.alphaL() - residualBar) * gradient[k];
    }
    gradientBar[d] = residualBar;
    Arrays.fill(sBar, 0);
    adjoint.add(s, gradientBar, rule == null ? rate * penalties.alphaC() : 0, sBar, thetaBar);
  }
}
