package io.otflow.engine.simd;

import io.otflow.flow.AdaptiveFlow;
import io.otflow.math.NestedQuadrature;

/**
 * Events that wait for, or have, the trace at the nodes of one of the nested rules. As many as the
 * network takes at once are evaluated together, however many steps each trajectory took; those
 * whose error is still too large go to the next level, where they fill tiles with others of their
 * kind.
 */
final class TraceLevel {

  /** The row of a place that no event takes. */
  private static final int NONE = -1;

  private final Network network;
  private final int width;
  private final int level;
  private final double tolerance;

  /** More nodes; null at the last level. */
  private final TraceLevel next;

  private final NodePositions positions;

  /** Traces of each event at the nodes of the finest rule. */
  private final double[][] traces;

  private final double[] trajectoryError;

  /** How often each trajectory's steps were doubled. */
  private final int[] doublings;

  private final double[] endSquare;
  private final int[] row;

  /** The nodes whose traces are taken here, among those of the finest rule. */
  private final int[] added;

  /** Points to be evaluated together: where, when, and their traces. */
  private final float[][] position;

  private final float[] time;
  private final float[][] trace;
  private int count;

  TraceLevel(Network network, double tolerance, int level, TraceLevel next) {
    this.network = network;
    this.level = level;
    this.tolerance = tolerance;
    this.next = next;
    width = network.width();
    added = NestedQuadrature.added(level);
    positions = new NodePositions(network);
    traces = new double[width][NestedQuadrature.MAX_NODES];
    trajectoryError = new double[width];
    doublings = new int[width];
    endSquare = new double[width];
    row = new int[width];
    position = new float[network.points()][];
    time = new float[network.points()];
    trace = new float[network.points()][width];
  }

  /** Where the events are, to be filled before {@link #add}. */
  NodePositions positions() {
    return positions;
  }

  /**
   * The next event, whose positions are there.
   *
   * @param itsRow its row
   * @param error its trajectory's error, nats
   * @param doubled how often its trajectory's steps were doubled
   * @param square ‖z(1)‖²
   */
  void add(int itsRow, double error, int doubled, double square) {
    row[count] = itsRow;
    trajectoryError[count] = error;
    doublings[count] = doubled;
    endSquare[count] = square;
    count++;
  }

  /** The next event has gone elsewhere. */
  void skip() {
    add(NONE, 0, 0, 0);
  }

  /**
   * Hands on the events without their traces.
   *
   * @param other a level of the same rule, where they fill tiles with others
   * @param results receives events that are done
   */
  void moveTo(TraceLevel other, AdaptiveIntegrator.Results results) {
    int events = count;
    count = 0;
    for (int e = 0; e < events; e++) {
      if (row[e] != NONE) {
        other.take(this, e, results);
      }
    }
  }

  private void take(TraceLevel from, int event, AdaptiveIntegrator.Results results) {
    for (int q = 0; q < NestedQuadrature.MAX_NODES; q++) {
      if (NestedQuadrature.known(level, q)) {
        traces[count][q] = from.traces[event][q];
      } else {
        positions.copyEvent(from.positions, q, event, count);
      }
    }
    add(from.row[event], from.trajectoryError[event], from.doublings[event], from.endSquare[event]);
    if (count == width) {
      evaluate(results);
    }
  }

  /** Takes the traces that are missing, and hands each event on. */
  void evaluate(AdaptiveIntegrator.Results results) {
    for (int from = 0; from < added.length; from += position.length) {
      takeTraces(from, Math.min(position.length, added.length - from));
    }
    int events = count;
    count = 0;
    for (int e = 0; e < events; e++) {
      if (row[e] != NONE) {
        handOn(e, results);
      }
    }
  }

  private void takeTraces(int from, int points) {
    for (int p = 0; p < points; p++) {
      position[p] = positions.at(added[from + p]);
      time[p] = (float) NestedQuadrature.node(added[from + p]);
    }
    network.tracesAt(position, time, points, trace);
    for (int p = 0; p < points; p++) {
      for (int e = 0; e < count; e++) {
        traces[e][added[from + p]] = trace[p][e];
      }
    }
  }

  private void handOn(int event, AdaptiveIntegrator.Results results) {
    double traceError = NestedQuadrature.errorEstimate(level, traces[event]);
    double error = AdaptiveFlow.error(trajectoryError[event], traceError, doublings[event]);
    if (next != null && AdaptiveFlow.needsNodes(error, tolerance)) {
      next.take(this, event, results);
    } else {
      double logDet = -NestedQuadrature.integral(level, traces[event]);
      results.set(row[event], endSquare[event], logDet, error);
    }
  }

  /**
   * Finishes the events that wait here and for more nodes.
   *
   * @param few the same level of a network for one event, which takes the last few; null if this is
   *     it
   * @param fewest how many a tile is worth
   * @param results receives them
   */
  void flush(TraceLevel few, int fewest, AdaptiveIntegrator.Results results) {
    if (few != null && count <= fewest) {
      moveTo(few, results);
    } else if (count > 0) {
      evaluate(results);
    }
    if (next != null) {
      next.flush(few == null ? null : few.next, fewest, results);
    }
  }
}
