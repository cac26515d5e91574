package io.otflow.watch;

import java.util.Arrays;

/**
 * What came in one second: counts, and the middle and the lowest percentile of its log-likelihoods.
 * Not thread-safe.
 */
final class ScoredSecond {

  /** Scores a second that are kept with their likelihood, beside those that are flagged. */
  private static final int POINTS = 20;

  private static final int FLAGGED_POINTS = 10;

  /** Most that a second may keep, when there are more than in the one before. */
  static final int MOST_POINTS = 2 * POINTS + FLAGGED_POINTS;

  /** Log-likelihoods that quantiles are taken of, a uniform sample. */
  private static final int SAMPLE = 400;

  private static final double LOW = 0.01;

  private final int pointStride;
  private final int sampleStride;
  private double[] sample = new double[64];
  private int sampled;
  private int scored;
  private int flagged;
  private int unscored;
  private int flaggedPoints;

  /**
   * A second.
   *
   * @param scoredBefore scores of the second before, by which it is sampled
   */
  ScoredSecond(int scoredBefore) {
    pointStride = Math.max(1, scoredBefore / POINTS);
    sampleStride = Math.max(1, scoredBefore / SAMPLE);
  }

  /** Whether the next score would be shown: evenly in time, and of the flagged ones some more. */
  boolean keeps(boolean anomaly) {
    boolean inTurn = scored % pointStride == 0 && scored / pointStride < 2 * POINTS;
    return inTurn || (anomaly && flaggedPoints < FLAGGED_POINTS);
  }

  void addUnscored() {
    unscored++;
  }

  void add(double logLikelihood, boolean anomaly) {
    flaggedPoints += anomaly && keeps(true) ? 1 : 0;
    if (scored % sampleStride == 0 && sampled < 2 * SAMPLE) {
      sample = sampled == sample.length ? Arrays.copyOf(sample, 2 * sampled) : sample;
      sample[sampled++] = logLikelihood;
    }
    scored++;
    flagged += anomaly ? 1 : 0;
  }

  int scored() {
    return scored;
  }

  int flagged() {
    return flagged;
  }

  /** Events that came without a score. */
  int unscored() {
    return unscored;
  }

  /** Median of the log-likelihoods, nats; NaN without one. */
  double median() {
    return quantile(0.5);
  }

  /** The log-likelihood under which one in a hundred lies, nats; NaN without one. */
  double low() {
    return quantile(LOW);
  }

  private double quantile(double rank) {
    if (sampled == 0) {
      return Double.NaN;
    }
    Arrays.sort(sample, 0, sampled);
    return sample[(int) (rank * (sampled - 1))];
  }
}
