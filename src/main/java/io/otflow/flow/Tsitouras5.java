package io.otflow.flow;

/**
 * The Runge-Kutta pair 5(4) of Tsitouras, "Runge-Kutta pairs of order 5(4) satisfying only the
 * first column simplifying assumption", Comput. Math. Appl. 62 (2011): seven stages, of which the
 * last is the first of the next step, so six evaluations a step. Its input is the step's result.
 */
public final class Tsitouras5 {

  /** Stages of a step, the last being the next one's first. */
  public static final int STAGES = 7;

  private static final double[] NODES = {0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1};

  private static final double[][] COEFFICIENTS = {
    {},
    {0.161},
    {-0.008480655492356989, 0.335480655492357},
    {2.8971530571054935, -6.359448489975075, 4.3622954328695815},
    {5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525},
    {
      5.86145544294642,
      -12.92096931784711,
      8.159367898576159,
      -0.071584973281401,
      -0.028269050394068383
    },
    {
      0.09646076681806523,
      0.01,
      0.4798896504144996,
      1.379008574103742,
      -3.290069515436081,
      2.324710524099774
    }
  };

  private static final double[] ERROR = {
    -0.001780011052225777,
    -0.0008164344596567469,
    0.007880878010261995,
    -0.1447110071732629,
    0.5823571654525552,
    -0.45808210592918697,
    1.0 / 66
  };

  private static final double[] BEND = {
    -0.06581803110806386,
    0.00635625,
    0.1556642053532033,
    -1.0342564305778064,
    2.961220122676205,
    -2.179416116343538,
    0.15625
  };

  private Tsitouras5() {}

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
   * aᵢⱼ. Those of the last stage are the weights of the step.
   *
   * @param stage i, from 0
   * @param before j, less than i
   * @return how far along the slope of stage j stage i lies, as a share of the step
   */
  public static double coefficient(int stage, int before) {
    return COEFFICIENTS[stage][before];
  }

  /**
   * The weights of the fifth-order result less those of the fourth-order one.
   *
   * @param stage from 0
   * @return a share of the step; they sum to 0
   */
  public static double error(int stage) {
    return ERROR[stage];
  }

  /**
   * The weights of what the pair's interpolant of order four adds, in the middle of a step, to the
   * cubic Hermite one. Both have the step's ends and slopes, and the former is of degree four, so
   * that {@link #bend(double)} tells the rest.
   *
   * @param stage from 0
   * @return a share of the step; they sum to 0
   */
  public static double bend(int stage) {
    return BEND[stage];
  }

  /**
   * How much of the bend there is elsewhere.
   *
   * @param r share of the step, from 0 to 1
   * @return 16 r² (1 − r)², 1 in the middle
   */
  public static double bend(double r) {
    return 16 * r * r * (1 - r) * (1 - r);
  }

  /**
   * The weights of the interpolant: the cubic Hermite one's, and the bend.
   *
   * @param stage from 0
   * @param r share of the step, from 0 to 1
   * @return how far along the slope of the stage the position there lies, as a share of the step
   */
  public static double interpolation(int stage, double r) {
    double ends = 0;
    if (stage == 0) {
      ends = r * (1 - r) * (1 - r);
    } else if (stage == STAGES - 1) {
      ends = -r * r * (1 - r);
    }
    double result = stage < STAGES - 1 ? COEFFICIENTS[STAGES - 1][stage] : 0;
    return r * r * (3 - 2 * r) * result + ends + bend(r) * BEND[stage];
  }
}
