package io.otflow.detect;

import static io.otflow.detect.StateArrays.count;
import static io.otflow.detect.StateArrays.number;
import static io.otflow.detect.StateArrays.requireBounded;
import static io.otflow.detect.StateArrays.requireFormat;
import static io.otflow.detect.StateArrays.requireSame;

import java.util.Arrays;

/**
 * Calls a drift when the p-values of ordinary events are no longer uniform: the Shiryaev-Roberts
 * statistic R ← (1 + R) g(u)/(1 + ε), the mean over some alternatives g with an R of their own,
 * reaches the number of events that a false call may take, 10^7 unless it is given.
 *
 * <p>Only p-values above {@value #FLOOR} count, as u = (p − {@value #FLOOR})/(1 − {@value #FLOOR}),
 * so that a burst of anomalies is no drift. The alternatives are {@link Tilt}s of doubled λ up to
 * 8, each in four directions: towards small u (the events are less probable than expected), large u
 * (more probable: a sensor hangs), both ends, and the middle.
 *
 * <p>Promise: as long as independent events have the distribution of the calibration rows, at most
 * one false call in that many ordinary events, on average: R less the number of events is then a
 * supermartingale. Given the calibration rows their p-values are not exactly uniform: the mean of g
 * deviates from 1 by about √(Var g/rows). So each g is divided by 1 + ε, ε being {@value #MARGIN}
 * standard deviations of that mean (few calibration sets deviate by more), and the least λ is the
 * one whose own drift still gains: a drift that n rows cannot tell from chance is not looked for.
 * The p-values must not be discrete at large p (many equal scores). Dependent rows count as fewer.
 *
 * <p>A drift that leaves no p-value above the floor gives nothing to bet on; so {@value
 * #ALL_IMPROBABLE} such events in a row are a call too. Even while nine of ten events are anomalies
 * that happens once in 10^7 events: 0.905^{@value #ALL_IMPROBABLE} × 0.095 is 10^−7.
 *
 * <p>A call costs two exponentials and some 100 multiplications and allocates nothing, {@link
 * #state} apart; exponentials are those of {@link StrictMath}, the same on each machine. Not
 * thread-safe.
 *
 * <p>References: Shiryaev-Roberts on conformal p-values: Vovk and others, "Retrain or not retrain",
 * COPA 2021; a fixed calibration set: arXiv:2602.13848, which bounds the deviation otherwise.
 */
public final class DriftMartingale {

  private static final String NAME = "DriftMartingale";
  private static final int FORMAT = 3;

  /** Indices of a state: format, rows, rank error, improbable events in a row, then each R. */
  private static final int ROWS = 1;

  private static final int RANK_ERROR = 2;
  private static final int IMPROBABLE = 3;
  private static final int NUMBERS = 4;

  private static final double FLOOR = 0.05;
  private static final double EVENTS_PER_FALSE_CALL = 1e7;
  private static final double LEAST_EVENTS = 1e3;
  private static final double MOST_EVENTS = 1e12;
  private static final double MARGIN = 3;
  private static final int ALL_IMPROBABLE = 140;

  /** Most that a state may have: it was the call of earlier versions. */
  private static final int MOST_IMPROBABLE = 1000;

  private static final long LEAST_ROWS = 100;

  private static final double MOST_RANK_ERROR = 0.05;
  private static final double LEAST_LAMBDA = 0.0625;
  private static final double LARGEST_LAMBDA = 8;
  private static final int DIRECTIONS = 4;

  /** Monotone pieces of a tilt in u itself, and in |2u − 1|, that is of both ends or the middle. */
  private static final int[] SLOPES = {1, 1, 2, 2};

  private final long rows;
  private final double rankError;
  private final double eventsPerFalseCall;
  private final double leastLambda;

  /** g(0)/(1 + ε) and g(1)/(1 + ε), DIRECTIONS of each λ, from the least. */
  private final double[] atZero;

  private final double[] atOne;
  private final double[] statistic;
  private int improbable;

  /**
   * Looks for drifts in p-values of {@link Detector}, which are those of its rows but for
   * interpolation.
   *
   * @param calibrationRows rows that the p-values come from, at least 100
   * @throws IllegalArgumentException if there are fewer
   */
  public DriftMartingale(long calibrationRows) {
    this(calibrationRows, 0, EVENTS_PER_FALSE_CALL);
  }

  /**
   * Looks for drifts in p-values with a rank error of their own.
   *
   * @param calibrationRows rows that the p-values come from, at least 100
   * @param rankError standard deviation of a p-value from the exact one of these rows, in [0,
   *     0.05]; 0 if it is exact
   * @param eventsPerFalseCall ordinary events in which there may be one false call on average, from
   *     10^3 to 10^12; ten times as many make a call about a sixth later
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public DriftMartingale(long calibrationRows, double rankError, double eventsPerFalseCall) {
    if (calibrationRows < LEAST_ROWS) {
      throw new IllegalArgumentException(
          "calibration has " + calibrationRows + " rows, expected at least " + LEAST_ROWS);
    }
    if (!(rankError >= 0 && rankError <= MOST_RANK_ERROR)) {
      throw new IllegalArgumentException(
          "rank error is " + rankError + ", expected a number in [0, " + MOST_RANK_ERROR + "]");
    }
    if (!(eventsPerFalseCall >= LEAST_EVENTS && eventsPerFalseCall <= MOST_EVENTS)) {
      throw new IllegalArgumentException(
          "events per false call are %s, expected a number in [%s, %s]"
              .formatted(eventsPerFalseCall, LEAST_EVENTS, MOST_EVENTS));
    }
    rows = calibrationRows;
    this.eventsPerFalseCall = eventsPerFalseCall;
    this.rankError = rankError;
    int lambdas = 0;
    double least = 2 * LARGEST_LAMBDA;
    while (least > LEAST_LAMBDA && gains(new Tilt(least / 2))) {
      least /= 2;
      lambdas++;
    }
    leastLambda = least;
    atZero = new double[lambdas * DIRECTIONS];
    atOne = new double[lambdas * DIRECTIONS];
    statistic = new double[lambdas * DIRECTIONS];
    double lambda = least;
    for (int i = 0; i < statistic.length; i++) {
      Tilt tilt = new Tilt(lambda);
      atZero[i] = tilt.atZero() / (1 + margin(tilt, SLOPES[i % DIRECTIONS]));
      atOne[i] = atZero[i] * StrictMath.exp(-lambda);
      lambda *= i % DIRECTIONS == DIRECTIONS - 1 ? 2 : 1;
    }
  }

  /**
   * Takes the p-value of the next event.
   *
   * @param pValue at most 1
   * @return whether a drift is called; the statistic starts anew then
   * @throws IllegalArgumentException if the p-value is NaN; the event does not count then
   */
  public boolean add(double pValue) {
    if (!(number(pValue) > FLOOR)) {
      improbable++;
    } else {
      improbable = 0;
      bet((Math.min(pValue, 1) - FLOOR) / (1 - FLOOR));
    }
    boolean called = improbable >= ALL_IMPROBABLE || mean() >= eventsPerFalseCall;
    if (called) {
      Arrays.fill(statistic, 0);
      improbable = 0;
    }
    return called;
  }

  /**
   * The evidence since the last call, ln R.
   *
   * @return nats: negative infinity before the first ordinary event, below ln of the events per
   *     false call, 16.1 for 10^7
   */
  public double logStatistic() {
    return Math.log(mean());
  }

  /**
   * What the next calls depend on, for a checkpoint.
   *
   * @return a new array
   */
  public double[] state() {
    double[] state = new double[NUMBERS + statistic.length];
    state[0] = FORMAT;
    state[ROWS] = rows;
    state[RANK_ERROR] = rankError;
    state[IMPROBABLE] = improbable;
    System.arraycopy(statistic, 0, state, NUMBERS, statistic.length);
    return state;
  }

  /**
   * Continues from a state: the same calls, bit for bit, as the object that it was taken of. The
   * events per false call are no part of a state: another number counts from the next event on.
   *
   * @param state what {@link #state} gave, of as many rows and the same rank error; not changed
   * @throws IllegalArgumentException if it is of others, or out of its bounds; this object stays as
   *     it was then
   */
  public void restore(double[] state) {
    requireFormat(state, NAME, FORMAT, NUMBERS + statistic.length);
    requireSame(state, NAME, ROWS, "calibration rows", (double) rows);
    requireSame(state, NAME, RANK_ERROR, "rank error", rankError);
    requireBounded(state, NAME, NUMBERS, MOST_EVENTS * statistic.length);
    improbable = (int) count(state, NAME, IMPROBABLE, "improbable events", MOST_IMPROBABLE);
    System.arraycopy(state, NUMBERS, statistic, 0, statistic.length);
  }

  /** R ← (1 + R) g(u)/(1 + ε), each at most the events per call times their number: no overflow. */
  private void bet(double u) {
    double v = Math.abs(2 * u - 1);
    double powerU = StrictMath.exp(-leastLambda * u);
    double powerV = StrictMath.exp(-leastLambda * v);
    for (int i = 0; i < statistic.length; i += DIRECTIONS) {
      statistic[i] = (1 + statistic[i]) * atZero[i] * powerU;
      statistic[i + 1] = (1 + statistic[i + 1]) * atOne[i + 1] / powerU;
      statistic[i + 2] = (1 + statistic[i + 2]) * atOne[i + 2] / powerV;
      statistic[i + 3] = (1 + statistic[i + 3]) * atZero[i + 3] * powerV;
      powerU *= powerU;
      powerV *= powerV;
    }
  }

  private double mean() {
    double sum = 0;
    for (double r : statistic) {
      sum += r;
    }
    return sum / statistic.length;
  }

  /** Whether a drift towards this very tilt would raise its R, the margin paid. */
  private boolean gains(Tilt tilt) {
    return tilt.information() > Math.log1p(margin(tilt, 1));
  }

  private double margin(Tilt tilt, int slopes) {
    double ordinary = rows * (1 - FLOOR);
    return MARGIN * tilt.deviation(ordinary, rankError / (1 - FLOOR), slopes);
  }
}
