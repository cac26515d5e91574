package io.otflow.engine;

/** How the trajectory and the log-determinant are integrated. */
public enum Integrator {
  /** RK4 for everything, the trace at every stage: the published discretization. */
  RK4,
  /** RK4 for the trajectory; the trace at Gauss-Legendre nodes on its Hermite interpolant. */
  QUADRATURE
}
