package io.otflow.detect;

import static io.otflow.detect.StateArrays.count;
import static io.otflow.detect.StateArrays.number;
import static io.otflow.detect.StateArrays.openShare;
import static io.otflow.detect.StateArrays.requireFormat;

/**
 * e-LOND: event t = 1, 2, … is rejected if its e-value reaches 1/(α γₜ (D + 1)), D rejections so
 * far, where e = κ p^(κ−1) with κ = 0.05; as p-values, if
 *
 * <pre>
 *   p ≤ (κ α γₜ (D + 1))^(1/(1 − κ)),   γₜ = ln c (1/ln(t − 1 + c) − 1/ln(t + c)),   c = 1,000.
 * </pre>
 *
 * γ sums to 1 by cancellation, about ln c/(t ln²t): it falls hardly faster than 1/t, so that a
 * steady share of rejections keeps the level.
 *
 * <p>Promise: E[V/max(R, 1)] ≤ α for the V false ones of R rejections at any fixed event, whatever
 * the dependence between the p-values. Proof: a rejection t has 1/R ≤ 1/(D + 1) ≤ α γₜ eₜ; the sum
 * over ordinary events has the mean α Σγ at most, as E[e] ≤ 1.
 *
 * <p>The price is power: a level is about 1/1,000 of that of {@link LordMemory}. It finds far
 * events only. A call costs three logarithms and a power, those of {@link StrictMath}: the same on
 * each machine.
 *
 * <p>Reference: Xu and Ramdas, "Online multiple testing with e-values", AISTATS 2024.
 */
public final class ELond implements OnlineFdr {

  private static final String NAME = "ELond";
  private static final int FORMAT = 2;
  private static final double KAPPA = 0.05;
  private static final double OFFSET = 1000;

  /** Indices of a state: format, tests, rejections. */
  private static final int TESTS = 1;

  private static final int REJECTIONS = 2;
  private static final int NUMBERS = 3;

  private final double rate;
  private long tests;
  private long rejections;
  private double level;

  /**
   * Control from the first event on.
   *
   * @param rate nominal false discovery rate α, in (0, 1)
   * @throws IllegalArgumentException if the rate is out of its bounds
   */
  public ELond(double rate) {
    this.rate = openShare("false discovery rate", rate);
    level = nextLevel();
  }

  @Override
  public boolean rejects(double pValue) {
    boolean rejected = number(pValue) <= level;
    tests++;
    rejections += rejected ? 1 : 0;
    level = nextLevel();
    return rejected;
  }

  @Override
  public double level() {
    return level;
  }

  @Override
  public long tests() {
    return tests;
  }

  @Override
  public long rejections() {
    return rejections;
  }

  @Override
  public double[] state() {
    return new double[] {FORMAT, (double) tests, (double) rejections};
  }

  @Override
  public void restore(double[] state) {
    requireFormat(state, NAME, FORMAT, NUMBERS);
    long restoredTests = count(state, NAME, TESTS, "tests", Double.POSITIVE_INFINITY);
    rejections = count(state, NAME, REJECTIONS, "rejections", (double) restoredTests);
    tests = restoredTests;
    level = nextLevel();
  }

  /** γₜ, with the difference of the two reciprocals taken before it cancels. */
  static double gamma(double t) {
    double before = t - 1 + OFFSET;
    return StrictMath.log(OFFSET)
        * StrictMath.log1p(1 / before)
        / (StrictMath.log(before) * StrictMath.log(before + 1));
  }

  private double nextLevel() {
    return StrictMath.pow(KAPPA * rate * gamma(tests + 1.0) * (rejections + 1.0), 1 / (1 - KAPPA));
  }
}
