package io.otflow.detect;

import static io.otflow.detect.StateArrays.count;
import static io.otflow.detect.StateArrays.number;
import static io.otflow.detect.StateArrays.openShare;
import static io.otflow.detect.StateArrays.requireBounded;
import static io.otflow.detect.StateArrays.requireFormat;
import static io.otflow.detect.StateArrays.requireSame;

/**
 * LORD with decaying memory: event t = 1, 2, … is rejected if its p-value is at most
 *
 * <pre>
 *   αₜ = α/(1 + w₀) · ( w₀ max(γₜ, 1 − δ) + Σ over earlier rejections r of δ^(t−r) γ₍ₜ₋ᵣ₎ )
 * </pre>
 *
 * with δ = 1 − 1/memory, w₀ = 0.1 and γₖ = Σⱼ (1 − ρⱼ) ρⱼ^(k−1) / J, the mean of J geometric
 * sequences of mean lag 1/(1 − ρⱼ) = 10, 100, …, up to a tenth of the memory. γ sums to 1 and
 * falls, and makes the sum over rejections J numbers: a call costs 2J multiplications.
 *
 * <p>Promise: at each event T the decayed rate E[Σ δ^(T−t) Vₜ / max(Σ δ^(T−t) Rₜ, 1)] of false
 * rejections V among rejections R is at most α, for independent p-values that are uniform or larger
 * for ordinary events. Proof: S ← δS + max(γₜ, 1 − δ) stays at most 1, as Σγ = 1 does until γ falls
 * below 1 − δ, and δ·1 + 1 − δ = 1 after; a rejection r pays out at most δ^(T−r) Σγ until T; so
 * with D = Σ δ^(T−t) Rₜ the decayed sum of levels is at most α (w₀ + D)/(1 + w₀) ≤ α max(D, 1). As
 * levels rise with earlier rejections, that bounds the rate.
 *
 * <p>Ordinary events that go together, so that one false flag follows another, break the promise:
 * see {@link ELond}. After a memory without rejections only p ≤ α w₀/((1 + w₀) memory) is rejected:
 * p-values that never fall below 1/(n + 1) need more rows n than that, or a model of the tail.
 * Without anomalies, about 2 α w₀ false flags are expected in the first memory, and α w₀ in each
 * further one.
 *
 * <p>Reference: Rebjock, Kurt, Januschowski, Callot, "Online false discovery rate control for
 * anomaly detection in time series", NeurIPS 2021.
 */
public final class LordMemory implements OnlineFdr {

  /** Default memory, events. */
  public static final long DEFAULT_MEMORY = 1_000_000;

  private static final String NAME = "LordMemory";
  private static final int FORMAT = 1;

  /** Share of the budget that is there before the first rejection, against 1 for each. */
  private static final double W0 = 0.1;

  /** Indices of a state: format, memory, tests, rejections, then J of start, then J of payout. */
  private static final int MEMORY = 1;

  private static final int TESTS = 2;
  private static final int REJECTIONS = 3;
  private static final int NUMBERS = 4;

  private static final long LEAST_MEMORY = 100;
  private static final long MOST_MEMORY = 1_000_000_000_000L;

  /** Below it a number is 0: nothing that small matters, and subnormal numbers are slow. */
  private static final double NEGLIGIBLE = 1e-290;

  private final long memory;
  private final double scale;
  private final double delta;
  private final double[] rho;

  /** γₜ of the next event t, a term for each sequence. */
  private final double[] start;

  /** Σ over rejections r of δ^(t−r) γ₍ₜ₋ᵣ₎ for the next event t, a term for each sequence. */
  private final double[] payout;

  private long tests;
  private long rejections;
  private double level;

  /**
   * Control with the default memory, {@value #DEFAULT_MEMORY} events.
   *
   * @param rate nominal false discovery rate α, in (0, 1)
   * @throws IllegalArgumentException if the rate is out of its bounds
   */
  public LordMemory(double rate) {
    this(rate, DEFAULT_MEMORY);
  }

  /**
   * Control with a memory.
   *
   * @param rate nominal false discovery rate α, in (0, 1)
   * @param memory events after which a rejection counts 1/e, from 100 to 10^12; a short one makes
   *     false flags in a long stream without anomalies, see above
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public LordMemory(double rate, long memory) {
    if (memory < LEAST_MEMORY || memory > MOST_MEMORY) {
      throw new IllegalArgumentException(
          "memory is %d events, expected a number in [%d, %d]"
              .formatted(memory, LEAST_MEMORY, MOST_MEMORY));
    }
    this.memory = memory;
    scale = openShare("false discovery rate", rate) / (1 + W0);
    delta = 1 - 1.0 / memory;
    int sequences = 0;
    for (long lag = 10; lag <= memory / 10; lag *= 10) {
      sequences++;
    }
    rho = new double[sequences];
    start = new double[sequences];
    payout = new double[sequences];
    double lag = 10;
    for (int j = 0; j < sequences; j++, lag *= 10) {
      rho[j] = 1 - 1 / lag;
      start[j] = first(j);
    }
    level = nextLevel();
  }

  @Override
  public boolean rejects(double pValue) {
    boolean rejected = number(pValue) <= level;
    tests++;
    rejections += rejected ? 1 : 0;
    for (int j = 0; j < rho.length; j++) {
      start[j] = negligibleIsZero(start[j] * rho[j]);
      double earlier = negligibleIsZero(payout[j] * rho[j] * delta);
      payout[j] = rejected ? earlier + delta * first(j) : earlier;
    }
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
    int sequences = rho.length;
    double[] state = new double[NUMBERS + 2 * sequences];
    state[0] = FORMAT;
    state[MEMORY] = memory;
    state[TESTS] = tests;
    state[REJECTIONS] = rejections;
    System.arraycopy(start, 0, state, NUMBERS, sequences);
    System.arraycopy(payout, 0, state, NUMBERS + sequences, sequences);
    return state;
  }

  @Override
  public void restore(double[] state) {
    int sequences = rho.length;
    requireFormat(state, NAME, FORMAT, NUMBERS + 2 * sequences);
    requireSame(state, NAME, MEMORY, "memory", (double) memory);
    long restoredTests = count(state, NAME, TESTS, "tests", Double.POSITIVE_INFINITY);
    long restoredRejections = count(state, NAME, REJECTIONS, "rejections", (double) restoredTests);
    requireBounded(state, NAME, NUMBERS, 1);
    tests = restoredTests;
    rejections = restoredRejections;
    System.arraycopy(state, NUMBERS, start, 0, sequences);
    System.arraycopy(state, NUMBERS + sequences, payout, 0, sequences);
    level = nextLevel();
  }

  /** The term of sequence j in γ₁. */
  private double first(int j) {
    return (1 - rho[j]) / rho.length;
  }

  private double nextLevel() {
    double gamma = 0;
    double earlier = 0;
    for (int j = 0; j < rho.length; j++) {
      gamma += start[j];
      earlier += payout[j];
    }
    return scale * (W0 * Math.max(gamma, 1 - delta) + earlier);
  }

  private static double negligibleIsZero(double value) {
    return value < NEGLIGIBLE ? 0 : value;
  }
}
