package io.otflow.engine;

import java.io.Serializable;

/**
 * A discretization of the flow.
 *
 * @param integrator the rule
 * @param steps RK4 steps over the interval; 0 takes those that the model was trained with. {@link
 *     Integrator#ADAPTIVE} begins with half as many steps of fifth order
 * @param nodes nodes of the quadrature of the trace, used by {@link Integrator#QUADRATURE} only
 * @param tolerance error of log p that an event should stay under, nats; used by {@link
 *     Integrator#ADAPTIVE} only
 */
public record Integration(Integrator integrator, int steps, int nodes, double tolerance)
    implements Serializable {

  /** Quadrature nodes by default. */
  public static final int DEFAULT_NODES = 10;

  /** Tolerance by default, nats. */
  public static final double DEFAULT_TOLERANCE = 1e-2;

  /** The most steps or nodes that are accepted. */
  public static final int MAX_STEPS = 10_000;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if steps, nodes or tolerance are out of range
   */
  public Integration {
    if (steps < 0 || steps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "steps is " + steps + ", expected 1 to " + MAX_STEPS + ", or 0 for the model's own");
    }
    if (nodes < 1 || nodes > MAX_STEPS) {
      throw new IllegalArgumentException("nodes is " + nodes + ", expected 1 to " + MAX_STEPS);
    }
    if (!(tolerance > 0 && Double.isFinite(tolerance))) {
      throw new IllegalArgumentException("tolerance is " + tolerance + ", expected more than 0");
    }
  }

  /**
   * RK4 throughout.
   *
   * @param steps steps, or 0 for the model's own
   * @return the discretization
   */
  public static Integration rk4(int steps) {
    return new Integration(Integrator.RK4, steps, DEFAULT_NODES, DEFAULT_TOLERANCE);
  }

  /**
   * Gauss-Legendre quadrature of the trace.
   *
   * @param steps steps of the trajectory, or 0 for the model's own
   * @param nodes nodes of the trace
   * @return the discretization
   */
  public static Integration quadrature(int steps, int nodes) {
    return new Integration(Integrator.QUADRATURE, steps, nodes, DEFAULT_TOLERANCE);
  }

  /**
   * As many nodes as each event needs.
   *
   * @param steps steps of the trajectory, or 0 for the model's own
   * @param tolerance error of log p that an event should stay under, nats
   * @return the discretization
   */
  public static Integration adaptive(int steps, double tolerance) {
    return new Integration(Integrator.ADAPTIVE, steps, DEFAULT_NODES, tolerance);
  }

  /**
   * The steps of a model under this discretization.
   *
   * @param modelSteps those that the model was trained with
   * @return at least 1
   */
  public int stepsFor(int modelSteps) {
    return steps == 0 ? modelSteps : steps;
  }
}
