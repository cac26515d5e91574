package io.otflow.train;

import io.otflow.detect.Detector;
import io.otflow.flow.Sampler;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Comparison;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides whether a candidate may replace the model that serves: only if it is no worse, by a
 * margin, on rows that the weights of neither were fitted to. The measure is robust, so that a
 * minority of far rows cannot buy the candidate in: of the differences of the two log-likelihoods,
 * the mean of the middle half.
 *
 * <p>Three windows would pass that and must not. One whose features have all but no spread, or an
 * absurd one, is refused by its scaling. One that repeats few events, or in which a sensor hangs,
 * makes a candidate that fits it perfectly and has forgotten the rest: as long as the serving model
 * still fits the window, the candidate must therefore also accept what the serving model thinks is
 * normal, which is drawn from it. And where the stream has moved on, so that the serving model fits
 * no more, enough rows must differ from those trained on, and no feature may have come to a halt: a
 * sensor hangs, and will not for ever.
 *
 * @param margin by how much a candidate may be worse, nats an event; infinite: there is no gate
 * @param patience windows in a row after which a candidate that has forgotten something may serve
 *     nevertheless: the stream is like that now
 */
public record CandidateGate(double margin, int patience) implements Serializable {

  /** Lets everything through. */
  public static final CandidateGate OPEN = new CandidateGate(Double.POSITIVE_INFINITY, 1);

  /** The gate where nothing else is asked for. */
  public static final CandidateGate DEFAULT = new CandidateGate(0.1, 6);

  /** Fewest rows that a comparison rests on. */
  public static final int MIN_ROWS = 30;

  /** Most rows that are compared on; more would cost time, and decide nothing. */
  private static final int MOST_ROWS = 4096;

  /** Rows drawn from the serving model. */
  private static final int DRAWN_ROWS = 256;

  /**
   * By how much a candidate may be worse on rows drawn from the serving model, nats a feature. It
   * is wide: those rows flatter the serving model, and one that is worse by more will mostly be one
   * whose stream has moved on. A forgotten feature costs thousands.
   */
  private static final double DRAWN_MARGIN = 1;

  /**
   * The same where all but a few rows of the window are repeated ones, so that fitting them says
   * little.
   */
  private static final double DRAWN_MARGIN_OF_REPEATED = 0.1;

  /** Change of a feature's spread, and of its mean in spreads, that no stream makes by itself. */
  private static final double ABSURD_CHANGE = 1e6;

  /** Share of its spread to which a feature falls only if its sensor hangs. */
  private static final double HANGS = 0.01;

  /** Median p-value of the window's rows, 0.5 by right, under which the stream has moved on. */
  private static final double MOVED_ON = 0.05;

  /**
   * What was decided.
   *
   * @param accepted whether the candidate may serve
   * @param forgetful whether it has forgotten what the serving model knows
   * @param reason why, with the figures
   * @param comparison the figures of both, if they were taken
   */
  public record Decision(
      boolean accepted, boolean forgetful, String reason, Optional<Comparison> comparison) {}

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if the margin is negative or NaN, or the patience under 1
   */
  public CandidateGate {
    if (!(margin >= 0)) {
      throw new IllegalArgumentException("margin is " + margin + ", expected at least 0");
    }
    if (patience < 1) {
      throw new IllegalArgumentException("patience is " + patience + ", expected at least 1");
    }
  }

  /**
   * Judges a candidate.
   *
   * @param fitted the candidate; the rows that calibrated it are the ones that are compared on
   * @param serving the model that serves, of the same features
   * @param refusals candidates in a row before this one that were refused as forgetful
   * @param seed seed of what is drawn
   * @param pace when to rest
   */
  Decision judge(Fitted fitted, ModelSnapshot serving, int refusals, long seed, Pace pace)
      throws InterruptedException {
    if (margin == Double.POSITIVE_INFINITY) {
      return new Decision(true, false, "there is no gate", Optional.empty());
    }
    ModelSnapshot candidate = fitted.model();
    Split split = fitted.split();
    Optional<String> absurd = absurdScaling(candidate, serving);
    if (absurd.isPresent()) {
      return refused(absurd.get());
    }
    int rows = Math.min(MOST_ROWS, split.calibrationRows());
    if (rows < MIN_ROWS) {
      return refused(
          "the window leaves " + rows + " rows to compare on, expected at least " + MIN_ROWS);
    }
    double[] theirs = LogLikelihoods.of(serving, split.calibration(), rows, pace);
    Comparison comparison = compare(Arrays.copyOf(fitted.logLikelihood(), rows), theirs);
    if (!(difference(comparison) >= -margin)) {
      return decided(false, "it is worse than the serving model", comparison);
    }
    int distinct = unseen(split, candidate.d());
    if (movedOn(serving, theirs)) {
      if (distinct < MIN_ROWS) {
        return decided(
            false,
            "only " + distinct + " rows differ from those trained on, expected " + MIN_ROWS,
            comparison);
      }
      Optional<String> hangs = hanging(split, candidate, serving, seed, pace);
      return hangs.isPresent()
          ? forgetful(hangs.get(), refusals, comparison)
          : decided(true, "the stream has moved on", comparison);
    }
    Comparison drawn = compareOnDrawn(candidate, serving, seed, pace);
    double allowed =
        candidate.d() * (distinct < MIN_ROWS ? DRAWN_MARGIN_OF_REPEATED : DRAWN_MARGIN);
    if (!(difference(drawn) >= -allowed)) {
      String reason =
          String.format(
              "it has forgotten what the serving model knows: on rows drawn from that %.2f nats"
                  + " against %.2f, margin %.2f",
              drawn.logLikelihood(), drawn.servingLogLikelihood(), allowed);
      return distinct < MIN_ROWS
          ? decided(false, true, reason, comparison)
          : forgetful(reason, refusals, comparison);
    }
    return decided(true, "it is no worse than the serving model", comparison);
  }

  /** Refused until the stream has been so for as many windows as there is patience. */
  private Decision forgetful(String reason, int refusals, Comparison comparison) {
    boolean lasting = refusals + 1 >= patience;
    return decided(
        lasting,
        true,
        reason
            + (lasting
                ? "; but the stream has been like this for " + patience + " windows"
                : "; window " + (refusals + 1) + " of " + patience + " like this"),
        comparison);
  }

  private static Decision refused(String reason) {
    return new Decision(false, false, reason, Optional.empty());
  }

  private Decision decided(boolean accepted, String why, Comparison comparison) {
    return decided(accepted, false, why, comparison);
  }

  private Decision decided(boolean accepted, boolean forgetful, String why, Comparison comparison) {
    return new Decision(
        accepted,
        forgetful,
        String.format(
            "%s: on %d rows that neither was fitted to %.3f nats, the serving model %.3f,"
                + " margin %.3f",
            why,
            comparison.rows(),
            comparison.logLikelihood(),
            comparison.servingLogLikelihood(),
            margin),
        Optional.of(comparison));
  }

  private static Optional<String> absurdScaling(ModelSnapshot candidate, ModelSnapshot serving) {
    FeatureScaling ours = candidate.front().scaling();
    FeatureScaling theirs = serving.front().scaling();
    for (int k = 0; k < candidate.d(); k++) {
      String feature = "feature '" + candidate.featureNames().get(k) + "'";
      boolean wasConstant = theirs.constant(k);
      double spread = ours.scale()[k] / theirs.scale()[k];
      double shift = Math.abs(ours.mean()[k] - theirs.mean()[k]) / theirs.scale()[k];
      if (!wasConstant
          && !(spread <= ABSURD_CHANGE && spread >= 1 / ABSURD_CHANGE && shift <= ABSURD_CHANGE)) {
        return Optional.of(
            String.format(
                "%s has mean %.4g and standard deviation %.4g in the window, %.4g and %.4g before",
                feature, ours.mean()[k], ours.scale()[k], theirs.mean()[k], theirs.scale()[k]));
      }
    }
    return Optional.empty();
  }

  /**
   * A feature that hardly moves any more, or not at all. One that seldom moves, such as a flag of
   * something rare, is none: most of what is drawn from the serving model is near its value.
   */
  private static Optional<String> hanging(
      Split split, ModelSnapshot candidate, ModelSnapshot serving, long seed, Pace pace)
      throws InterruptedException {
    FeatureScaling before = serving.front().scaling();
    double[] after = candidate.front().scaling().scale();
    double[] scale = before.scale();
    double[] drawn = null;
    int d = candidate.d();
    for (int k = 0; k < d; k++) {
      double value = split.training()[k];
      double spread = after[k];
      if (constant(split.training(), split.trainingRows(), d, k)) {
        drawn = drawn == null ? drawn(serving, seed, pace) : drawn;
        spread = near(drawn, d, k, value, scale[k] / 2) > DRAWN_ROWS / 2 ? spread : 0;
      }
      if (!before.constant(k) && spread < HANGS * scale[k]) {
        return Optional.of(
            String.format(
                "feature '%s' hardly moves any more: its standard deviation is %.4g, %.4g before",
                candidate.featureNames().get(k), spread, scale[k]));
      }
    }
    return Optional.empty();
  }

  /** Whether a feature, the k-th of d, has the same value in all rows. */
  private static boolean constant(double[] x, int rows, int d, int k) {
    return IntStream.range(1, rows).allMatch(i -> x[i * d + k] == x[k]);
  }

  /** Rows of which the k-th feature is within a distance of a value. */
  private static long near(double[] x, int d, int k, double value, double distance) {
    return IntStream.range(0, DRAWN_ROWS)
        .filter(i -> Math.abs(x[i * d + k] - value) < distance)
        .count();
  }

  private static double difference(Comparison comparison) {
    return comparison.logLikelihood() - comparison.servingLogLikelihood();
  }

  /**
   * The means of both over the rows whose differences are the middle half. Rows that both find
   * impossible say nothing.
   */
  static Comparison compare(double[] ours, double[] theirs) {
    int rows = ours.length;
    int[] telling =
        IntStream.range(0, rows)
            .filter(i -> Double.isFinite(ours[i]) || Double.isFinite(theirs[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> ours[i] - theirs[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] middle =
        Arrays.copyOfRange(telling, telling.length / 4, telling.length - telling.length / 4);
    return new Comparison(
        rows,
        Arrays.stream(middle).mapToDouble(i -> ours[i]).average().orElse(Double.NaN),
        Arrays.stream(middle).mapToDouble(i -> theirs[i]).average().orElse(Double.NaN));
  }

  /** Whether the serving model fits most of the window's rows no more, or cannot tell. */
  private static boolean movedOn(ModelSnapshot serving, double[] logLikelihood) {
    Detector detector = new Detector(serving);
    double[] p = Arrays.stream(logLikelihood).map(detector::pValue).sorted().toArray();
    return !(p[p.length / 2] >= MOVED_ON);
  }

  /** Rows to compare on that differ from each other and from every row trained on. */
  private static int unseen(Split split, int d) {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < split.trainingRows(); i++) {
      seen.add(row(split.training(), i, d));
    }
    int unseen = 0;
    for (int i = 0; i < split.calibrationRows(); i++) {
      unseen += seen.add(row(split.calibration(), i, d)) ? 1 : 0;
    }
    return unseen;
  }

  /** A hash of a row, of 64 bits: equal rows are what is looked for, and chance meets none. */
  private static long row(double[] x, int i, int d) {
    long hash = 0;
    for (int k = 0; k < d; k++) {
      hash = (hash ^ Double.doubleToLongBits(x[i * d + k])) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  private static Comparison compareOnDrawn(
      ModelSnapshot candidate, ModelSnapshot serving, long seed, Pace pace)
      throws InterruptedException {
    double[] x = drawn(serving, seed, pace);
    return compare(
        LogLikelihoods.of(candidate, x, DRAWN_ROWS, pace),
        LogLikelihoods.of(serving, x, DRAWN_ROWS, pace));
  }

  /** Rows drawn from a model, in the user's units. */
  private static double[] drawn(ModelSnapshot model, long seed, Pace pace)
      throws InterruptedException {
    int d = model.d();
    Sampler sampler = new Sampler(model, model.steps(), seed);
    double[] x = new double[DRAWN_ROWS * d];
    double[] row = new double[d];
    for (int i = 0; i < DRAWN_ROWS; i++) {
      long start = System.nanoTime();
      sampler.next(row);
      pace.rest(start);
      System.arraycopy(row, 0, x, i * d, d);
    }
    return x;
  }
}
