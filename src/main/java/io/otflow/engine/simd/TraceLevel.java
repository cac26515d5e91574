package io.otflow.engine.simd;

import io.otflow.flow.AdaptiveFlow;
import io.otflow.math.NestedQuadrature;
import io.otflow.math.NestedRule;

/**
 * Events that wait for, or have, the trace at the nodes of one of the nested rules. As many as the
 * network takes at once are evaluated together; those whose error is still too large go to the next
 * level, where they fill tiles with others of their kind.
 */
final class TraceLevel {

  /** The row of a place that no event takes. */
  private static final int NONE = -1;

  private final Network network;
  private final int width;
  private final int level;
  private final double tolerance;
  private final NestedRule rule;

  /** More nodes; null at the last level. */
  private final TraceLevel next;

  private final StoredPath path;

  /** Traces of each event at the nodes of the finest rule. */
  private final double[][] traces;

  private final double[] trajectoryError;
  private final int[] row;
  private final float[] position;
  private final float[] trace;
  private int count;

  TraceLevel(Network network, int steps, double tolerance, int level, TraceLevel next) {
    this.network = network;
    this.level = level;
    this.tolerance = tolerance;
    this.next = next;
    width = network.width();
    rule = NestedQuadrature.RULES.get(level);
    path = new StoredPath(network, steps);
    traces = new double[width][NestedQuadrature.MAX_NODES];
    trajectoryError = new double[width];
    row = new int[width];
    position = network.rows(network.d);
    trace = new float[width];
  }

  /** Where the trajectories are, to be filled before {@link #add}. */
  StoredPath path() {
    return path;
  }

  /** The next event of the path has a row. */
  void add(int itsRow, double error) {
    row[count] = itsRow;
    trajectoryError[count] = error;
    count++;
  }

  /** The next event of the path has gone elsewhere. */
  void skip() {
    add(NONE, 0);
  }

  private void take(TraceLevel from, int event, AdaptiveIntegrator.Results results) {
    path.copyEvent(from.path, event, count);
    System.arraycopy(from.traces[event], 0, traces[count], 0, NestedQuadrature.MAX_NODES);
    add(from.row[event], from.trajectoryError[event]);
    if (count == width) {
      evaluate(results);
    }
  }

  /** Takes the traces that are missing, and hands each event on. */
  void evaluate(AdaptiveIntegrator.Results results) {
    int first = NestedQuadrature.offset(level);
    int stride = NestedQuadrature.stride(level);
    for (int j = 0; j < rule.nodes().length; j++) {
      if (!NestedQuadrature.inherited(level, j)) {
        path.at(rule.nodes()[j], position);
        network.traceAt(position, (float) rule.nodes()[j], trace);
        for (int e = 0; e < count; e++) {
          traces[e][first + j * stride] = trace[e];
        }
      }
    }
    int events = count;
    count = 0;
    for (int e = 0; e < events; e++) {
      if (row[e] != NONE) {
        handOn(e, results);
      }
    }
  }

  private void handOn(int event, AdaptiveIntegrator.Results results) {
    double error = trajectoryError[event] + NestedQuadrature.errorEstimate(level, traces[event]);
    if (next != null && AdaptiveFlow.needsNodes(error, tolerance)) {
      next.take(this, event, results);
    } else {
      double logDet = -NestedQuadrature.integral(level, traces[event]);
      results.set(row[event], path.endSquare(event), logDet, error);
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
      int events = count;
      count = 0;
      for (int e = 0; e < events; e++) {
        few.take(this, e, results);
      }
    } else if (count > 0) {
      evaluate(results);
    }
    if (next != null) {
      next.flush(few == null ? null : few.next, fewest, results);
    }
  }
}
