package io.otflow.detect;

import io.otflow.model.Calibration;
import io.otflow.model.Quantiles;
import io.otflow.model.Tail;
import java.util.Arrays;
import java.util.Optional;

/**
 * Makes a {@link Calibration} of log-likelihoods: ranks of the rows that are ordinary, and beyond
 * them a generalized Pareto tail. Costs O(n log n) and some hundred milliseconds at most.
 */
public final class Calibrator {

  /** Lowest ranks that are kept one by one. */
  private static final int EXACT_RANKS = 256;

  /** By how much a rank is larger than the one kept before it: a relative error of 0.4 %. */
  private static final double RANK_RATIO = 1.004;

  /**
   * A tail is known while two standard errors of its logarithm are within this: a factor of ten.
   */
  private static final double KNOWN = Math.log(10);

  /**
   * Share of the rows, the least likely ones, that the tail speaks for, whatever it was fitted to.
   */
  private static final double TAIL_SHARE = 0.03;

  private static final double LEAST_LOG_RATE = Math.log(1e-12);
  private static final double LOG_RATE_STEP = 0.05;

  private Calibrator() {}

  /**
   * Calibrates on the log-likelihoods of rows that training never saw. Rows that are anomalies
   * themselves are estimated ({@link Contamination}) and do not count. The threshold leaves a share
   * of {@code alertRate} of the ordinary rows below it: one of the rows where there are enough,
   * else a value of the tail; where no tail fits and there are fewer than 1/alertRate rows, the
   * least likely ordinary row.
   *
   * @param logLikelihood one value a row, in nats; negative infinity allowed, NaN not
   * @param d number of features
   * @param alertRate share of ordinary events to flag, in (0, 1)
   * @return the calibration
   * @throws IllegalArgumentException if there is no finite value, or one is NaN
   */
  public static Calibration calibrate(double[] logLikelihood, int d, double alertRate) {
    double[] s = new double[logLikelihood.length];
    for (int i = 0; i < s.length; i++) {
      s[i] = -logLikelihood[i];
    }
    Arrays.sort(s);
    if (s.length == 0 || Double.isNaN(s[s.length - 1])) {
      throw new IllegalArgumentException(
          "calibration has " + s.length + " log-likelihoods, expected at least one and no NaN");
    }
    int finite = s.length;
    while (finite > 0 && s[finite - 1] == Double.POSITIVE_INFINITY) {
      finite--;
    }
    if (finite == 0) {
      throw new IllegalArgumentException("every calibration row has density zero");
    }
    ExponentialScale scale = ExponentialScale.of(s, finite, d);
    TailSearch found = scale == null ? null : search(s, finite, scale);
    // Rows of density zero are rows of the tail as long as nothing says that they are anomalies.
    boolean clean = found == null || found.kept() == finite;
    int kept = clean ? finite : found.kept();
    double beyond = clean ? s.length - finite : found.fit().beyond();
    double ordinary = kept + beyond;
    Optional<Tail> tail =
        found == null ? Optional.empty() : Optional.of(tail(s, scale, found, ordinary));
    return new Calibration(
        threshold(s, kept, beyond, ordinary, tail, alertRate),
        alertRate,
        s.length,
        ordinary,
        quantiles(s, kept, beyond),
        tail);
  }

  /** The tail of the ordinary rows; as many as there are rows, if more are expected than those. */
  private static TailSearch search(double[] s, int finite, ExponentialScale scale) {
    double[] v = new double[finite];
    for (int i = 0; i < finite; i++) {
      v[i] = scale.of(s[i]);
    }
    TailSearch found = TailSearch.of(v, finite, Contamination.clean(v, finite));
    boolean allOrdinary = found != null && found.kept() + found.fit().beyond() >= finite;
    return allOrdinary && found.kept() < finite ? TailSearch.of(v, finite, finite) : found;
  }

  private static Tail tail(double[] s, ExponentialScale scale, TailSearch fitted, double ordinary) {
    TailSearch found = fitted.from((int) (TAIL_SHARE * fitted.kept()), i -> scale.of(s[i]));
    TailFit fit = found.fit();
    int from = found.kept() - found.exceedances();
    double rate = (found.exceedances() + fit.beyond()) / (ordinary + 1);
    Tail known =
        new Tail(
            scale.degrees(),
            scale.location(),
            scale.unit(),
            scale.of(s[from - 1]),
            rate,
            fit.tail().shape(),
            fit.tail().scale(),
            fit.shapeError(),
            fit.logScaleError(),
            fit.correlation(),
            found.exceedances(),
            rate);
    double logRate = Math.log(rate);
    while (logRate - LOG_RATE_STEP > LEAST_LOG_RATE
        && 2 * TailDistribution.error(known, logRate - LOG_RATE_STEP) <= KNOWN) {
      logRate -= LOG_RATE_STEP;
    }
    double shown = 1 / (ordinary + 1);
    return known.knownDownTo(Math.min(rate, Math.min(shown, Math.exp(logRate))));
  }

  private static double threshold(
      double[] s, int kept, double beyond, double ordinary, Optional<Tail> tail, double alertRate) {
    if (tail.isPresent() && alertRate < tail.get().startRate()) {
      return new TailDistribution(tail.get()).logLikelihood(Math.log(alertRate));
    }
    int flagged = (int) Math.max(0, Math.floor(alertRate * ordinary - beyond));
    return -s[Math.max(0, kept - 1 - flagged)];
  }

  private static Quantiles quantiles(double[] s, int kept, double beyond) {
    double[] values = new double[kept];
    double[] ranks = new double[kept];
    int count = 0;
    for (int i = kept - 1, last = 0; i >= 0; i--) {
      int rank = kept - i;
      boolean tied = i > 0 && s[i] == s[i - 1];
      if (!tied && (rank <= EXACT_RANKS || rank >= RANK_RATIO * last || i == 0)) {
        values[count] = -s[i] + 0.0; // never -0, which sorts apart
        ranks[count++] = beyond + rank;
        last = rank;
      }
    }
    return new Quantiles(Arrays.copyOf(values, count), Arrays.copyOf(ranks, count));
  }
}
