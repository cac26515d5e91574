package io.otflow.engine.simd;

import io.otflow.flow.AdaptiveFlow;
import io.otflow.math.NestedQuadrature;

/**
 * A network's events to a tolerance, with as many steps and traces as each needs: {@code
 * flow.AdaptiveFlow}. Allocates nothing after construction.
 */
final class AdaptiveIntegrator {

  private final TrajectoryLevel first;

  /**
   * An integrator.
   *
   * @param network has the model's weights
   * @param steps RK4 steps that the first try stands in for
   * @param tolerance nats
   */
  AdaptiveIntegrator(Network network, int steps, double tolerance) {
    TsitourasStepper stepper = new TsitourasStepper(network);
    TrajectoryLevel level = null;
    for (int doubling = AdaptiveFlow.DOUBLINGS; doubling >= 0; doubling--) {
      TraceLevel traces = null;
      for (int rule = NestedQuadrature.RULES.size() - 1; rule >= 0; rule--) {
        int itsSteps = AdaptiveFlow.firstSteps(steps) << doubling;
        traces = new TraceLevel(network, itsSteps, tolerance, rule, traces);
      }
      level = new TrajectoryLevel(network, stepper, tolerance, traces, level);
    }
    first = level;
  }

  /** Receives results. */
  interface Results {
    /**
     * An event is done.
     *
     * @param row its row
     * @param squaredNorm ‖z(1)‖²
     * @param logDet ℓ(1)
     * @param errorEstimate nats
     */
    void set(int row, double squaredNorm, double logDet, double errorEstimate);
  }

  /**
   * Integrates events; those that need more wait for others of their kind.
   *
   * @param x d rows
   * @param firstRow row of the first event
   * @param events number of events, at most the network's width
   * @param results receives those that are done
   */
  void run(float[] x, int firstRow, int events, Results results) {
    first.run(x, firstRow, events, results);
  }

  /**
   * Finishes the events that wait.
   *
   * @param single an integrator for one event, which takes the last few of each kind
   * @param fewest how many events a tile is worth
   * @param results receives them
   */
  void flush(AdaptiveIntegrator single, int fewest, Results results) {
    first.flush(single.first, fewest, results);
  }
}
