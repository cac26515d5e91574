package io.otflow.flow;

import io.otflow.math.NestedQuadrature;
import java.util.Arrays;

/**
 * log p of a row to a tolerance, with an estimate of its error.
 *
 * <p>The trajectory: {@link Tsitouras5}, with half as many steps as are asked for (each takes six
 * evaluations where RK4 takes four), then twice and four times as many while its error estimate
 * exceeds {@value #TRAJECTORY_SHARE} of the tolerance. The estimate is {@value #TRAJECTORY_FACTOR}
 * √(‖z(1)‖² + d) ‖e‖, where e sums the embedded errors of the steps: ‖z(1)‖‖e‖ is what e can move
 * ½‖z(1)‖² by, and √d ‖e‖ (a row of the normal distribution has ‖z(1)‖ near √d) stands for what it
 * does to the trace, which does not vanish where z(1) is near 0.
 *
 * <p>The trace: {@link NestedQuadrature} on the pair's own interpolant, refined while the two error
 * estimates together ({@link #error}) exceed the tolerance. They are the error estimate of the
 * result. One thread at a time.
 */
public final class AdaptiveFlow {

  /** From √(‖z(1)‖² + d) ‖e‖ to the error that the trajectory puts into log p. */
  public static final double TRAJECTORY_FACTOR = 2;

  /** The share of the tolerance that the trajectory may use up. */
  public static final double TRAJECTORY_SHARE = 0.75;

  /**
   * From the estimate of the trace's error to that of a trajectory whose steps were doubled.
   * Doubling divides the trajectory's error by about 32 and the trace's by nothing, and a row whose
   * trajectory is rough is one whose trace has a long tail.
   */
  public static final double DOUBLED_FACTOR = 3;

  /** How often the number of steps is doubled at most. */
  public static final int DOUBLINGS = 2;

  private final Flow flow;
  private final int d;
  private final int firstSteps;
  private final double tolerance;

  /**
   * A flow to a tolerance.
   *
   * @param flow the flow
   * @param d number of features
   * @param steps RK4 steps that it stands in for, at least 1
   * @param tolerance nats
   */
  public AdaptiveFlow(Flow flow, int d, int steps, double tolerance) {
    this.flow = flow;
    this.d = d;
    this.firstSteps = firstSteps(steps);
    this.tolerance = tolerance;
  }

  /**
   * Steps of the first try.
   *
   * @param steps RK4 steps that they stand in for
   * @return half of them, rounded up
   */
  public static int firstSteps(int steps) {
    return (steps + 1) / 2;
  }

  /**
   * The error that the trajectory puts into log p, estimated.
   *
   * @param endSquare ‖z(1)‖²
   * @param errorSquare ‖e‖²
   * @param d number of features
   * @return nats
   */
  public static double trajectoryError(double endSquare, double errorSquare, int d) {
    return TRAJECTORY_FACTOR * Math.sqrt((endSquare + d) * errorSquare);
  }

  /**
   * Whether a trajectory's error estimate calls for more steps. One that is not finite does not:
   * the row left the range of numbers.
   *
   * @param trajectoryError nats
   * @param tolerance nats, for trajectory and trace together
   * @return whether to take more steps
   */
  public static boolean needsSteps(double trajectoryError, double tolerance) {
    return trajectoryError > TRAJECTORY_SHARE * tolerance && Double.isFinite(trajectoryError);
  }

  /**
   * The error of log p, estimated.
   *
   * @param trajectoryError that of the trajectory, nats
   * @param traceError that of the quadrature of the trace ({@link NestedQuadrature#errorEstimate}),
   *     nats
   * @param doublings how often the trajectory's steps were doubled, 0 to {@link #DOUBLINGS}
   * @return nats
   */
  public static double error(double trajectoryError, double traceError, int doublings) {
    return trajectoryError + (doublings == 0 ? 1 : DOUBLED_FACTOR) * traceError;
  }

  /**
   * Whether the estimates of trajectory and trace together call for more nodes.
   *
   * @param error nats
   * @param tolerance nats
   * @return whether to take more traces
   */
  public static boolean needsNodes(double error, double tolerance) {
    return error > tolerance && Double.isFinite(error);
  }

  /**
   * A log-likelihood and its error.
   *
   * @param logLikelihood nats, scaled units
   * @param errorEstimate nats
   * @param steps steps of the trajectory
   * @param nodes nodes of the trace
   */
  public record Estimate(double logLikelihood, double errorEstimate, int steps, int nodes) {}

  /**
   * log p of a row.
   *
   * @param x the row, length d, scaled
   * @return log p, its estimated error, and what it took
   */
  public Estimate logLikelihood(double[] x) {
    int steps = firstSteps;
    double[] error = new double[d];
    for (int doubling = 0; ; doubling++, steps *= 2) {
      HermiteTrajectory path = new HermiteTrajectory(d, steps);
      Arrays.fill(error, 0);
      double[] end = flow.trajectoryWithError(x, path, error);
      double trajectoryError = trajectoryError(square(end), square(error), d);
      if (doubling == DOUBLINGS || !needsSteps(trajectoryError, tolerance)) {
        return integrateTrace(path, end, trajectoryError, doubling);
      }
    }
  }

  private Estimate integrateTrace(
      HermiteTrajectory path, double[] end, double trajectoryError, int doublings) {
    double[] traces = new double[NestedQuadrature.MAX_NODES];
    double[] position = new double[d];
    for (int level = 0; ; level++) {
      for (int place : NestedQuadrature.added(level)) {
        double t = NestedQuadrature.node(place);
        path.at(t, position);
        traces[place] = flow.traceAt(position, t);
      }
      double traceError = NestedQuadrature.errorEstimate(level, traces);
      double error = error(trajectoryError, traceError, doublings);
      if (level == NestedQuadrature.RULES.size() - 1 || !needsNodes(error, tolerance)) {
        double logDet = -NestedQuadrature.integral(level, traces);
        return new Estimate(
            Flow.logLikelihood(square(end), d, logDet),
            error,
            path.steps(),
            NestedQuadrature.RULES.get(level).nodes().length);
      }
    }
  }

  private static double square(double[] a) {
    double sum = 0;
    for (double value : a) {
      sum += value * value;
    }
    return sum;
  }
}
