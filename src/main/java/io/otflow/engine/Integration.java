package io.otflow.engine;

import java.io.Serializable;

/**
 * A discretization of the flow.
 *
 * @param integrator the rule
 * @param steps RK4 steps over the interval; 0 takes those that the model was trained with
 * @param nodes nodes of the quadrature of the trace, used by {@link Integrator#QUADRATURE} only
 */
public record Integration(Integrator integrator, int steps, int nodes) implements Serializable {

  /** Quadrature nodes by default. */
  public static final int DEFAULT_NODES = 10;

  /** The most steps or nodes that are accepted. */
  public static final int MAX_STEPS = 10_000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if steps or nodes are out of range
   */
  public Integration {
    if (steps < 0 || steps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "steps is " + steps + ", expected 1 to " + MAX_STEPS + ", or 0 for the model's own");
    }
    if (nodes < 1 || nodes > MAX_STEPS) {
      throw new IllegalArgumentException("nodes is " + nodes + ", expected 1 to " + MAX_STEPS);
    }
  }

  /**
   * RK4 throughout.
   *
   * @param steps steps, or 0 for the model's own
   * @return the discretization
   */
  public static Integration rk4(int steps) {
    return new Integration(Integrator.RK4, steps, DEFAULT_NODES);
  }
}
