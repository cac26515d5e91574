package io.otflow.math;

/**
 * Cubic Hermite interpolation between equidistant times on [0, 1]: the weights of positions and
 * slopes where a step begins and ends, at r, a share of the step from 0 to 1.
 */
public final class CubicHermite {

  private CubicHermite() {}

  /**
   * The step that a time lies in.
   *
   * @param t from 0 to 1
   * @param steps steps on [0, 1]
   * @return from 0 to steps − 1; 1 is in the last
   */
  public static int stepOf(double t, int steps) {
    return Math.min((int) (t * steps), steps - 1);
  }

  /**
   * The weight of the position where the step begins.
   *
   * @param r share of the step
   * @return (1 + 2r)(1 − r)²
   */
  public static double startPosition(double r) {
    return (1 + 2 * r) * (1 - r) * (1 - r);
  }

  /**
   * The weight of the position where the step ends.
   *
   * @param r share of the step
   * @return r²(3 − 2r)
   */
  public static double endPosition(double r) {
    return r * r * (3 - 2 * r);
  }

  /**
   * The weight of the slope where the step begins.
   *
   * @param step length of the step
   * @param r share of the step
   * @return step · r(1 − r)²
   */
  public static double startSlope(double step, double r) {
    return step * r * (1 - r) * (1 - r);
  }

  /**
   * The weight of the slope where the step ends.
   *
   * @param step length of the step
   * @param r share of the step
   * @return step · r²(r − 1)
   */
  public static double endSlope(double step, double r) {
    return step * r * r * (r - 1);
  }
}
