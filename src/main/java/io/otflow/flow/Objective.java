package io.otflow.flow;

import io.otflow.model.Architecture;
import java.util.Arrays;

/**
 * The objective α_L L + α_C C + α_R R of one row, and its exact gradient with respect to θ: reverse
 * mode through the RK4 discretization (discretize-then-optimize, arXiv:2005.13420). The stage
 * inputs are stored, 4·steps·d numbers; everything else is recomputed. One thread at a time.
 */
public final class Objective {

  private final Potential potential;
  private final PotentialAdjoint adjoint;
  private final Flow flow;
  private final Penalties penalties;
  private final int d;
  private final double[] s;
  private final double[] gradient;
  private final double[] gradientBar;
  private final double[] sBar;
  private final double[] zBar;
  private final double[] next;
  private final double[] velocityBar;

  /** Stage inputs: 4·steps rows of d. */
  private double[] stages = new double[0];

  /**
   * An objective.
   *
   * @param architecture shape of the potential
   * @param theta its weights; not copied, so that they may change between calls
   * @param penalties the weights of the objective
   */
  public Objective(Architecture architecture, double[] theta, Penalties penalties) {
    potential = new Potential(architecture, theta);
    adjoint = new PotentialAdjoint(potential);
    flow = new Flow(potential);
    this.penalties = penalties;
    d = architecture.d();
    s = new double[d + 1];
    gradient = new double[d + 1];
    gradientBar = new double[d + 1];
    sBar = new double[d + 1];
    zBar = new double[d];
    next = new double[d];
    velocityBar = new double[d];
  }

  /**
   * Adds the gradient of a row's objective.
   *
   * @param x the row, length d, scaled
   * @param steps RK4 steps, at least 1
   * @param weight factor of this row
   * @param thetaBar added to: weight · ∂objective/∂θ
   * @return where the row ends
   */
  public Flow.End addGradient(double[] x, int steps, double weight, double[] thetaBar) {
    Flow.End end = forward(x, steps);
    double step = 1.0 / steps;
    for (int k = 0; k < d; k++) {
      zBar[k] = weight * penalties.alphaC() * end.z()[k];
    }
    for (int n = steps - 1; n >= 0; n--) {
      System.arraycopy(zBar, 0, next, 0, d);
      Arrays.fill(sBar, 0);
      for (int i = Rk4.STAGES - 1; i >= 0; i--) {
        // kᵢ enters the step's sum with bᵢ, and the next stage's input with aᵢ₊₁,ᵢ.
        for (int k = 0; k < d; k++) {
          velocityBar[k] = step * (Rk4.weight(i) * next[k] + Rk4.nextNode(i) * sBar[k]);
        }
        reverseStage(n, i, step, weight, thetaBar);
        for (int k = 0; k < d; k++) {
          zBar[k] += sBar[k];
        }
      }
    }
    return end;
  }

  /** Sets sBar to the adjoint of the input of stage i of step n. */
  private void reverseStage(int n, int i, double step, double weight, double[] thetaBar) {
    System.arraycopy(stages, (n * Rk4.STAGES + i) * d, s, 0, d);
    s[d] = (n + Rk4.node(i)) * step;
    potential.gradient(s, gradient);
    double rate = weight * step * Rk4.weight(i);
    double residual = residual(gradient);
    double residualBar = rate * penalties.alphaR() * Math.signum(residual);
    for (int k = 0; k < d; k++) {
      gradientBar[k] = -velocityBar[k] + (rate * penalties.alphaL() - residualBar) * gradient[k];
    }
    gradientBar[d] = residualBar;
    Arrays.fill(sBar, 0);
    adjoint.add(s, gradientBar, rate * penalties.alphaC(), sBar, thetaBar);
  }

  /** ∂ₜΦ − ½‖∇ₓΦ‖². */
  private double residual(double[] g) {
    return g[d] - 0.5 * potential.squaredNorm(g, 0);
  }

  private Flow.End forward(double[] x, int steps) {
    if (stages.length != steps * Rk4.STAGES * d) {
      stages = new double[steps * Rk4.STAGES * d];
    }
    return flow.forward(
        x, steps, (index, input) -> System.arraycopy(input, 0, stages, index * d, d));
  }
}
