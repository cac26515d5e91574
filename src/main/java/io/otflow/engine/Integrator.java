package io.otflow.engine;

import java.util.Locale;

/** How the trajectory and the log-determinant are integrated. */
public enum Integrator {
  /** RK4 for everything, the trace at every stage: the published discretization. */
  RK4,
  /** RK4 for the trajectory; the trace at Gauss-Legendre nodes on its Hermite interpolant. */
  QUADRATURE,
  /**
   * A pair of order 5(4) for the trajectory, with half, once or twice as many steps as each event
   * needs; the trace at 9, 19 or 39 nested nodes, as many as each event needs; an estimate of the
   * error for each event.
   */
  ADAPTIVE;

  /**
   * The name that it is asked for by.
   *
   * @return in lower case
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
