package io.otflow.flow;

/** The classical Runge-Kutta tableau: nodes 0, ½, ½, 1 and weights ⅙, ⅓, ⅓, ⅙. */
public final class Rk4 {

  /** Stages of a step. */
  public static final int STAGES = 4;

  private static final double[] NODES = {0, 0.5, 0.5, 1};
  private static final double[] WEIGHTS = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};

  private Rk4() {}

  /**
   * cᵢ.
   *
   * @param stage from 0
   * @return the stage's time, as a share of the step
   */
  public static double node(int stage) {
    return NODES[stage];
  }

  /**
   * aᵢ₊₁,ᵢ: how far along its slope a stage sends the next one; equal to cᵢ₊₁. 0 after the last.
   *
   * @param stage from 0
   * @return a share of the step
   */
  public static double nextNode(int stage) {
    return stage + 1 < STAGES ? NODES[stage + 1] : 0;
  }

  /**
   * bᵢ.
   *
   * @param stage from 0
   * @return the stage's weight; they sum to 1
   */
  public static double weight(int stage) {
    return WEIGHTS[stage];
  }
}
