package io.otflow.engine.simd;

import io.otflow.flow.AdaptiveFlow;
import io.otflow.math.NestedQuadrature;

/**
 * A network's events to a tolerance, with as many steps and traces as each needs: {@code
 * flow.AdaptiveFlow}. Allocates nothing after construction.
 */
final class AdaptiveIntegrator {

  /** From the fewest steps. */
  private final TrajectoryLevel trajectories;

  /** From the fewest nodes; those of all trajectories. */
  private final TraceLevel traces;

  /**
   * An integrator.
   *
   * @param network has the model's weights
   * @param steps RK4 steps that the first try stands in for
   * @param tolerance nats
   */
  AdaptiveIntegrator(Network network, int steps, double tolerance) {
    TraceLevel finer = null;
    for (int rule = NestedQuadrature.RULES.size() - 1; rule > 0; rule--) {
      finer = new TraceLevel(network, tolerance, rule, finer);
    }
    traces = new TraceLevel(network, tolerance, 0, finer);
    TraceLevel whole = new TraceLevel(network, tolerance, 0, finer);
    TrajectoryLevel trajectory = null;
    for (int doubling = AdaptiveFlow.DOUBLINGS; doubling >= 0; doubling--) {
      int first = AdaptiveFlow.firstSteps(steps);
      trajectory =
          new TrajectoryLevel(network, first, doubling, tolerance, whole, traces, trajectory);
    }
    trajectories = trajectory;
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
    trajectories.run(x, firstRow, events, results);
  }

  /**
   * Finishes the events that wait.
   *
   * @param single an integrator for one event, which takes the last few of each kind
   * @param fewest how many events a tile is worth
   * @param results receives them
   */
  void flush(AdaptiveIntegrator single, int fewest, Results results) {
    trajectories.flush(single.trajectories, fewest, results);
    traces.flush(single.traces, fewest, results);
  }
}
