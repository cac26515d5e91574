package io.otflow.flow;

import io.otflow.math.ClenshawCurtis;
import io.otflow.math.NestedQuadrature;

/**
 * log p of a row to a tolerance, with an estimate of its error.
 *
 * <p>The trajectory: RK4 with n and with n/2 steps. Their difference over 15 is the leading error
 * of the finer one (Richardson); it is added, between the coarse steps linearly, to the finer one's
 * cubic Hermite interpolant. What the correction moves log p by at the end, Σ|zₖ eₖ|, estimates
 * what is left.
 *
 * <p>The trace: nested Clenshaw-Curtis rules ({@link NestedQuadrature}), refined while the rule's
 * error estimate exceeds half the tolerance. The error estimate is the sum of the two. One thread
 * at a time.
 */
public final class AdaptiveFlow {

  /** The difference of RK4 with h and 2h is 2⁴ − 1 times the error with h. */
  public static final double RICHARDSON = 15;

  private final Flow flow;
  private final int d;
  private final int steps;
  private final double tolerance;

  /**
   * A flow to a tolerance.
   *
   * @param flow the flow
   * @param d number of features
   * @param steps RK4 steps n, even
   * @param tolerance nats
   */
  public AdaptiveFlow(Flow flow, int d, int steps, double tolerance) {
    if (steps < 2 || steps % 2 != 0) {
      throw new IllegalArgumentException("steps is " + steps + ", expected an even number");
    }
    this.flow = flow;
    this.d = d;
    this.steps = steps;
    this.tolerance = tolerance;
  }

  /**
   * A log-likelihood and its error.
   *
   * @param logLikelihood nats, scaled units
   * @param errorEstimate nats
   * @param nodes evaluations of the trace
   */
  public record Estimate(double logLikelihood, double errorEstimate, int nodes) {}

  /**
   * log p of a row.
   *
   * @param x the row, length d, scaled
   * @return log p, its estimated error, and what it took
   */
  public Estimate logLikelihood(double[] x) {
    double[][] coarse = new double[steps / 2 + 1][];
    flow.trajectory(x, steps / 2, (n, z, gradient) -> coarse[n] = z.clone());
    HermiteTrajectory fine = new HermiteTrajectory(d, steps);
    double[][] correction = new double[steps / 2 + 1][d];
    double[] end =
        flow.trajectory(
            x,
            steps,
            (n, z, gradient) -> {
              fine.set(n, z, gradient);
              if (n % 2 == 0) {
                for (int k = 0; k < d; k++) {
                  correction[n / 2][k] = (z[k] - coarse[n / 2][k]) / RICHARDSON;
                }
              }
            });
    double trajectoryError = 0;
    for (int k = 0; k < d; k++) {
      end[k] += correction[steps / 2][k];
      trajectoryError += Math.abs(end[k] * correction[steps / 2][k]);
    }
    double[] traces = new double[NestedQuadrature.MAX_NODES];
    double[] position = new double[d];
    int level = 0;
    while (true) {
      ClenshawCurtis rule = NestedQuadrature.RULES.get(level);
      int stride = NestedQuadrature.stride(level);
      for (int j = 0; j < rule.nodes().length; j++) {
        if (level == 0 || j % 2 == 1) {
          double t = rule.nodes()[j];
          fine.at(t, position);
          correct(correction, t, position);
          traces[j * stride] = flow.traceAt(position, t);
        }
      }
      double quadratureError = NestedQuadrature.errorEstimate(level, traces);
      if (quadratureError <= tolerance / 2 || level == NestedQuadrature.RULES.size() - 1) {
        double logDet = -rule.integral(traces, stride);
        return new Estimate(
            new Flow.End(end, logDet, 0, 0).logLikelihood(),
            trajectoryError + quadratureError,
            rule.nodes().length);
      }
      level++;
    }
  }

  private void correct(double[][] correction, double t, double[] position) {
    int half = steps / 2;
    int n = Math.min((int) (t * half), half - 1);
    double share = t * half - n;
    for (int k = 0; k < d; k++) {
      position[k] += (1 - share) * correction[n][k] + share * correction[n + 1][k];
    }
  }
}
