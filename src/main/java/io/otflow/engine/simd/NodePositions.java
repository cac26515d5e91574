package io.otflow.engine.simd;

import io.otflow.math.NestedQuadrature;

/**
 * Where a network's events are at the nodes of the finest of the nested rules: all that the traces
 * need of a trajectory, whatever its steps. Allocates nothing after construction; {@value
 * NestedQuadrature#MAX_NODES} · d floats an event.
 */
final class NodePositions {

  private final int d;
  private final int width;

  /** d rows a node. */
  private final float[][] position = new float[NestedQuadrature.MAX_NODES][];

  NodePositions(Network network) {
    d = network.d;
    width = network.width();
    for (int q = 0; q < position.length; q++) {
      position[q] = network.rows(d);
    }
  }

  /**
   * Integrates from x.
   *
   * @param stepper takes the steps, and holds the end
   * @param x d rows, not changed
   */
  void run(TsitourasStepper stepper, float[] x) {
    stepper.start(x);
    int q = 0;
    for (int n = 0; n < stepper.steps(); n++) {
      stepper.step(n);
      for (; q < position.length && stepper.stepOf(q) == n; q++) {
        stepper.interpolate(q, position[q]);
      }
    }
  }

  /**
   * The positions at a node.
   *
   * @param node index among those of the finest rule
   * @return d rows
   */
  float[] at(int node) {
    return position[node];
  }

  /** Takes over one event's position at a node, whatever the other network's width. */
  void copyEvent(NodePositions from, int node, int event, int toEvent) {
    for (int k = 0; k < d; k++) {
      position[node][k * width + toEvent] = from.position[node][k * from.width + event];
    }
  }
}
