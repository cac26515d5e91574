package io.otflow.engine.simd;

import io.otflow.math.ClenshawCurtis;
import io.otflow.math.NestedQuadrature;

/**
 * Events that wait for, or have, the trace at the nodes of one of the nested rules. A tile of them
 * is evaluated together; those whose error is still too large go to the next level, where they fill
 * tiles with others of their kind. Events know their row, so that results find their place.
 */
final class AdaptiveLevel {

  private static final int T = Lanes.TILE;

  private final int d;
  private final int level;
  private final double tolerance;
  private final TileStepper stepper;
  private final ClenshawCurtis rule;
  private final int stride;

  /** The next level; null at the last. */
  private final AdaptiveLevel next;

  private final StoredPath path;

  /** Traces of each lane at the nodes of the finest rule. */
  private final double[][] traces = new double[T][NestedQuadrature.MAX_NODES];

  private final int[] row = new int[T];
  private final float[] position;
  private final float[] trace = new float[T];
  private int count;

  private AdaptiveLevel(
      TileStepper stepper, int d, int steps, double tolerance, int level, AdaptiveLevel next) {
    this.stepper = stepper;
    this.d = d;
    this.level = level;
    this.tolerance = tolerance;
    this.next = next;
    rule = NestedQuadrature.RULES.get(level);
    stride = NestedQuadrature.stride(level);
    path = new StoredPath(d, steps);
    position = Lanes.panel(d);
  }

  /** The coarsest level, which knows the finer ones. */
  static AdaptiveLevel first(TileStepper stepper, int d, int steps, double tolerance) {
    AdaptiveLevel level = null;
    for (int i = NestedQuadrature.RULES.size() - 1; i >= 0; i--) {
      level = new AdaptiveLevel(stepper, d, steps, tolerance, i, level);
    }
    return level;
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
   * Integrates a tile of events; call on the coarsest level only.
   *
   * @param x panel of d rows
   * @param z work space, panel of d rows
   * @param firstRow row of the first lane
   * @param lanes number of events
   * @param results receives those that are done
   */
  void run(float[] x, float[] z, int firstRow, int lanes, Results results) {
    path.run(stepper, x, z);
    for (int e = 0; e < lanes; e++) {
      row[e] = firstRow + e;
    }
    count = lanes;
    evaluate(results);
  }

  /** Finishes the events that wait at this level and the finer ones. */
  void flush(Results results) {
    if (count > 0) {
      evaluate(results);
    }
    if (next != null) {
      next.flush(results);
    }
  }

  private void take(AdaptiveLevel from, int lane, Results results) {
    path.copyLane(from.path, lane, count);
    System.arraycopy(from.traces[lane], 0, traces[count], 0, NestedQuadrature.MAX_NODES);
    row[count] = from.row[lane];
    count++;
    if (count == T) {
      evaluate(results);
    }
  }

  private void evaluate(Results results) {
    for (int j = 0; j < rule.nodes().length; j++) {
      if (level == 0 || j % 2 == 1) {
        path.at(rule.nodes()[j], position);
        stepper.traceAt(position, rule.nodes()[j], trace);
        for (int e = 0; e < count; e++) {
          traces[e][j * stride] = trace[e];
        }
      }
    }
    int done = count;
    count = 0;
    for (int e = 0; e < done; e++) {
      double error = NestedQuadrature.errorEstimate(level, traces[e]);
      // A row that left the finite range has no use for more nodes.
      if (next != null && error > tolerance / 2 && Double.isFinite(error)) {
        next.take(this, e, results);
      } else {
        finish(e, error, results);
      }
    }
  }

  private void finish(int lane, double quadratureError, Results results) {
    double square = 0;
    double trajectoryError = 0;
    for (int k = 0; k < d; k++) {
      double end = path.end(k, lane);
      square += end * end;
      trajectoryError += Math.abs(end * path.endCorrection(k, lane));
    }
    double logDet = -rule.integral(traces[lane], stride);
    results.set(row[lane], square, logDet, trajectoryError + quadratureError);
  }
}
