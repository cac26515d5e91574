package io.otflow.engine;

/** How the trajectory and the log-determinant are integrated. */
public enum Integrator {
  /** RK4 for everything, the trace at every stage: the published discretization. */
  RK4,
  /** RK4 for the trajectory; the trace at Gauss-Legendre nodes on its Hermite interpolant. */
  QUADRATURE,
  /**
   * RK4 for the trajectory, improved by one of half as many steps; the trace at 9, 17 or 33 nested
   * nodes, as many as each event needs; an estimate of the error for each event.
   */
  ADAPTIVE
}
