package io.otflow.flow;

import io.otflow.math.GaussLegendre;
import io.otflow.model.Architecture;
import java.util.Arrays;

/**
 * The flow ż = −∇ₓΦ(z, t), t from 0 to 1, of one row, by RK4 with fixed steps, together with ℓ̇ =
 * −tr ∇ₓ²Φ (the log-determinant), L̇ = ½‖∇ₓΦ‖² (transport cost) and Ṙ = |∂ₜΦ − ½‖∇ₓΦ‖²| (HJB
 * residual). One thread at a time.
 */
public final class Flow {

  private static final double LOG_2_PI = Math.log(2 * Math.PI);

  private final Potential potential;
  private final int d;
  private final double[] s;
  private final double[] gradient;
  private final double[] stage;
  private final double[] sum;

  /**
   * A flow.
   *
   * @param architecture shape of its potential
   * @param theta weights of its potential; not copied
   */
  public Flow(Architecture architecture, double[] theta) {
    this(new Potential(architecture, theta));
  }

  /** The flow of a potential, whose work space it shares. */
  Flow(Potential potential) {
    this.potential = potential;
    d = potential.d;
    s = new double[d + 1];
    gradient = new double[d + 1];
    stage = new double[d];
    sum = new double[d];
  }

  /**
   * Where a row ends, and what it costs.
   *
   * @param z z(1), length d
   * @param logDet ℓ(1), nats
   * @param transport L(1)
   * @param residual R(1)
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record End(double[] z, double logDet, double transport, double residual) {

    /**
     * log p(x) = −½‖z(1)‖² − (d/2) log 2π + ℓ(1), in scaled units.
     *
     * @return nats
     */
    public double logLikelihood() {
      double square = 0;
      for (double value : z) {
        square += value * value;
      }
      return Flow.logLikelihood(square, z.length, logDet);
    }
  }

  /**
   * log p = −½‖z(1)‖² − (d/2) log 2π + ℓ(1), in scaled units.
   *
   * @param squaredNorm ‖z(1)‖²
   * @param d number of features
   * @param logDet ℓ(1), nats
   * @return nats
   */
  public static double logLikelihood(double squaredNorm, int d, double logDet) {
    return -0.5 * (squaredNorm + d * LOG_2_PI) + logDet;
  }

  /**
   * Integrates a row by RK4, the trace at every stage: the published discretization.
   *
   * @param x the row, length d, scaled
   * @param steps RK4 steps, at least 1
   * @return where it ends
   */
  public End forward(double[] x, int steps) {
    return forward(x, steps, 0);
  }

  /**
   * Integrates a row by RK4, with a choice of where the trace is taken.
   *
   * @param x the row, length d, scaled
   * @param steps RK4 steps, at least 1
   * @param traceNodes nodes of the trace as in {@link #logLikelihoodByQuadrature}, or 0 for every
   *     stage
   * @return where it ends
   */
  public End forward(double[] x, int steps, int traceNodes) {
    return forward(x, steps, traceNodes, (index, input) -> {}, new HermiteTrajectory(d, steps));
  }

  /** Follows an integration from stage to stage. */
  interface StageListener {
    /** Stage i of step n has the index 4n + i; its input, length d, is only lent. */
    void at(int index, double[] input);
  }

  /** Like {@link #forward(double[], int, int)}, with every stage's input shown to a listener. */
  End forward(
      double[] x, int steps, int traceNodes, StageListener listener, HermiteTrajectory path) {
    double[] z = x.clone();
    double logDet = 0;
    double transport = 0;
    double residual = 0;
    double step = 1.0 / steps;
    for (int n = 0; n < steps; n++) {
      System.arraycopy(z, 0, stage, 0, d);
      Arrays.fill(sum, 0);
      for (int i = 0; i < Rk4.STAGES; i++) {
        listener.at(n * Rk4.STAGES + i, stage);
        double t = (n + Rk4.node(i)) * step;
        double weight = step * Rk4.weight(i);
        if (traceNodes == 0) {
          logDet -= weight * evaluate(stage, t);
        } else {
          potentialGradient(stage, t);
        }
        if (i == 0) {
          path.set(n, stage, gradient);
        }
        double square = 0;
        for (int k = 0; k < d; k++) {
          square += gradient[k] * gradient[k];
          sum[k] -= weight * gradient[k];
          stage[k] = z[k] - step * Rk4.nextNode(i) * gradient[k];
        }
        transport += weight * 0.5 * square;
        residual += weight * Math.abs(gradient[d] - 0.5 * square);
      }
      for (int k = 0; k < d; k++) {
        z[k] += sum[k];
      }
    }
    if (traceNodes > 0) {
      potentialGradient(z, 1);
      path.set(steps, z, gradient);
      logDet = -traceIntegral(path, traceNodes);
    }
    return new End(z, logDet, transport, residual);
  }

  private double traceIntegral(HermiteTrajectory path, int nodes) {
    GaussLegendre rule = GaussLegendre.of(nodes);
    double integral = 0;
    for (int q = 0; q < nodes; q++) {
      path.at(rule.nodes()[q], stage);
      integral += rule.weights()[q] * evaluate(stage, rule.nodes()[q]);
    }
    return integral;
  }

  /**
   * log p of a row with the trace taken at Gauss-Legendre nodes over the whole interval, on the
   * cubic Hermite interpolant of the RK4 trajectory.
   *
   * @param x the row, length d, scaled
   * @param steps RK4 steps of the trajectory, at least 1
   * @param nodes quadrature nodes, at least 1
   * @return nats, in scaled units
   */
  public double logLikelihoodByQuadrature(double[] x, int steps, int nodes) {
    return forward(x, steps, nodes).logLikelihood();
  }

  /**
   * Integrates z alone by {@link Tsitouras5}.
   *
   * @param path receives the trajectory, and says in how many steps
   * @param error added to: the embedded errors of the steps; length d
   * @return z(1)
   */
  double[] trajectoryWithError(double[] x, HermiteTrajectory path, double[] error) {
    int steps = path.steps();
    double[] z = x.clone();
    double[] bend = new double[d];
    double[][] slope = new double[Tsitouras5.STAGES][d];
    double step = 1.0 / steps;
    potentialGradient(z, 0);
    for (int n = 0; n < steps; n++) {
      path.set(n, z, gradient);
      System.arraycopy(gradient, 0, slope[0], 0, d);
      for (int i = 1; i < Tsitouras5.STAGES; i++) {
        for (int k = 0; k < d; k++) {
          double sum = 0;
          for (int j = 0; j < i; j++) {
            sum += Tsitouras5.coefficient(i, j) * slope[j][k];
          }
          stage[k] = z[k] - step * sum;
        }
        potentialGradient(stage, (n + Tsitouras5.node(i)) * step);
        System.arraycopy(gradient, 0, slope[i], 0, d);
      }
      System.arraycopy(stage, 0, z, 0, d);
      Arrays.fill(bend, 0);
      for (int i = 0; i < Tsitouras5.STAGES; i++) {
        for (int k = 0; k < d; k++) {
          error[k] -= step * Tsitouras5.error(i) * slope[i][k];
          bend[k] -= step * Tsitouras5.bend(i) * slope[i][k];
        }
      }
      path.bend(n, bend);
    }
    path.set(steps, z, gradient);
    return z;
  }

  /** tr ∇ₓ²Φ at x and t. */
  double traceAt(double[] x, double t) {
    return evaluate(x, t);
  }

  /**
   * Integrates from t = 1 back to 0.
   *
   * @param z the row at t = 1, length d
   * @param steps RK4 steps, at least 1
   * @return the row at t = 0, length d, scaled
   */
  public double[] inverse(double[] z, int steps) {
    double[] x = z.clone();
    for (int n = 0; n < steps; n++) {
      x = advance(x, 1 - n / (double) steps, -1.0 / steps);
    }
    return x;
  }

  /** One RK4 step of z alone. */
  private double[] advance(double[] z, double t, double step) {
    double[] next = z.clone();
    System.arraycopy(z, 0, stage, 0, d);
    for (int i = 0; i < Rk4.STAGES; i++) {
      potentialGradient(stage, t + Rk4.node(i) * step);
      for (int k = 0; k < d; k++) {
        next[k] -= step * Rk4.weight(i) * gradient[k];
        stage[k] = z[k] - step * Rk4.nextNode(i) * gradient[k];
      }
    }
    return next;
  }

  private double evaluate(double[] x, double t) {
    System.arraycopy(x, 0, s, 0, d);
    s[d] = t;
    return potential.gradientAndTrace(s, gradient);
  }

  private void potentialGradient(double[] x, double t) {
    System.arraycopy(x, 0, s, 0, d);
    s[d] = t;
    potential.gradient(s, gradient);
  }
}
