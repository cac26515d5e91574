package io.otflow.engine.simd;

import io.otflow.flow.AdaptiveFlow;

/**
 * Events that wait for a trajectory of so many steps. As many as the network takes at once are
 * integrated together; those whose error is still too large go to the next level, where they fill
 * tiles with others of their kind. The rest goes on to the trace. Events know their row, so that
 * results find their place.
 */
final class TrajectoryLevel {

  /**
   * Up to one event in so many may leave its tile before the traces; moving the others to full
   * tiles would cost more.
   */
  private static final int ONE_SKIPPED_IN = 8;

  private final Network network;
  private final int d;
  private final int width;
  private final double tolerance;

  /** How often the steps were doubled to get here. */
  private final int doublings;

  private final TsitourasStepper stepper;

  /** Twice as many steps; null at the last level. */
  private final TrajectoryLevel next;

  /** Takes the traces of a tile as it comes. */
  private final TraceLevel traces;

  /** Takes the traces of events from tiles of which too few are left. */
  private final TraceLevel gathered;

  private final float[] waiting;
  private final double[] error;
  private final int[] row;
  private int count;

  TrajectoryLevel(
      Network network,
      int firstSteps,
      int doublings,
      double tolerance,
      TraceLevel traces,
      TraceLevel gathered,
      TrajectoryLevel next) {
    this.network = network;
    stepper = new TsitourasStepper(network, firstSteps << doublings);
    this.doublings = doublings;
    this.tolerance = tolerance;
    this.traces = traces;
    this.gathered = gathered;
    this.next = next;
    d = network.d;
    width = network.width();
    waiting = network.rows(d);
    error = new double[width];
    row = new int[width];
  }

  /**
   * Integrates events.
   *
   * @param x d rows
   * @param firstRow row of the first event
   * @param events number of events, at most the width
   * @param results receives those that are done
   */
  void run(float[] x, int firstRow, int events, AdaptiveIntegrator.Results results) {
    for (int e = 0; e < events; e++) {
      row[e] = firstRow + e;
    }
    count = events;
    evaluate(x, results);
  }

  private void take(float[] x, int xWidth, int event, int itsRow, AdaptiveIntegrator.Results to) {
    for (int k = 0; k < d; k++) {
      waiting[k * width + count] = x[k * xWidth + event];
    }
    row[count] = itsRow;
    count++;
    if (count == width) {
      evaluate(waiting, to);
    }
  }

  private void evaluate(float[] x, AdaptiveIntegrator.Results results) {
    traces.positions().run(stepper, x);
    int events = count;
    int left = 0;
    count = 0;
    for (int e = 0; e < events; e++) {
      double endSquare = network.squaredNorm(stepper.end(), 0, e);
      double errorSquare = network.squaredNorm(stepper.error(), 0, e);
      error[e] = AdaptiveFlow.trajectoryError(endSquare, errorSquare, d);
      if (needsSteps(e)) {
        traces.skip();
      } else {
        left++;
        traces.add(row[e], error[e], doublings, endSquare);
      }
    }
    if (left * ONE_SKIPPED_IN >= events * (ONE_SKIPPED_IN - 1)) {
      traces.evaluate(results);
    } else {
      traces.moveTo(gathered, results);
    }
    // Only now: a tile of more steps takes the places of this one.
    for (int e = 0; e < events; e++) {
      if (needsSteps(e)) {
        next.take(x, width, e, row[e], results);
      }
    }
  }

  private boolean needsSteps(int event) {
    return next != null && AdaptiveFlow.needsSteps(error[event], tolerance);
  }

  /**
   * Finishes the events that wait here or for more steps, up to those that wait for more nodes.
   *
   * @param few the same level of a network for one event, which takes the last few; null if this is
   *     it
   * @param fewest how many a tile is worth
   * @param results receives them
   */
  void flush(TrajectoryLevel few, int fewest, AdaptiveIntegrator.Results results) {
    if (few != null && count <= fewest) {
      int events = count;
      count = 0;
      for (int e = 0; e < events; e++) {
        few.take(waiting, width, e, row[e], results);
      }
    } else if (count > 0) {
      evaluate(waiting, results);
    }
    if (next != null) {
      next.flush(few == null ? null : few.next, fewest, results);
    }
  }
}
