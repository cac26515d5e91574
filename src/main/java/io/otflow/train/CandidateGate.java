package io.otflow.train;

import io.otflow.detect.Detector;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.flow.Flow;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Comparison;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
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
 * no more, enough rows must differ from those trained on.
 *
 * @param margin by how much a candidate may be worse, nats an event
 */
public record CandidateGate(double margin) implements Serializable {

  /** The margin where nothing else is asked for, nats. */
  public static final double DEFAULT_MARGIN = 0.1;

  /** Fewest rows that a comparison rests on. */
  static final int MIN_ROWS = 30;

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
  private static final double ABSURD_CHANGE = 1000;

  /** Median p-value of the window's rows, 0.5 by right, under which the stream has moved on. */
  private static final double MOVED_ON = 0.05;

  /**
   * What was decided.
   *
   * @param accepted whether the candidate may serve
   * @param reason why, with the figures
   * @param comparison the figures of both, if they were taken
   */
  public record Decision(boolean accepted, String reason, Optional<Comparison> comparison) {}

  /**
   * Checks the margin.
   *
   * @throws IllegalArgumentException if it is negative or NaN
   */
  public CandidateGate {
    if (!(margin >= 0)) {
      throw new IllegalArgumentException("margin is " + margin + ", expected at least 0");
    }
  }

  /**
   * Judges a candidate.
   *
   * @param candidate the candidate
   * @param serving the model that serves, of the same features
   * @param split the window's rows; those that calibrate are the ones that are compared on
   * @param seed seed of what is drawn
   */
  Decision judge(ModelSnapshot candidate, ModelSnapshot serving, Split split, long seed) {
    Optional<String> absurd = absurdScaling(candidate, serving);
    if (absurd.isPresent()) {
      return refused(absurd.get());
    }
    int rows = split.calibrationRows();
    if (rows < MIN_ROWS) {
      return refused(
          "the window leaves " + rows + " rows to compare on, expected at least " + MIN_ROWS);
    }
    double[] ours = logLikelihoods(candidate, split.calibration(), rows);
    double[] theirs = logLikelihoods(serving, split.calibration(), rows);
    Comparison comparison = compare(ours, theirs);
    if (!(difference(comparison) >= -margin)) {
      return decided(false, "it is worse than the serving model", comparison);
    }
    int distinct = unseen(split, candidate.d());
    if (movedOn(serving, theirs)) {
      return distinct < MIN_ROWS
          ? decided(
              false,
              "only " + distinct + " rows differ from those trained on, expected " + MIN_ROWS,
              comparison)
          : decided(true, "the stream has moved on", comparison);
    }
    Comparison drawn = compareOnDrawn(candidate, serving, seed);
    double allowed =
        candidate.d() * (distinct < MIN_ROWS ? DRAWN_MARGIN_OF_REPEATED : DRAWN_MARGIN);
    if (!(difference(drawn) >= -allowed)) {
      return decided(
          false,
          String.format(
              "it has forgotten what the serving model knows: on rows drawn from that %.2f nats"
                  + " against %.2f, margin %.2f",
              drawn.logLikelihood(), drawn.servingLogLikelihood(), allowed),
          comparison);
    }
    return decided(true, "it is no worse than the serving model", comparison);
  }

  private static Decision refused(String reason) {
    return new Decision(false, reason, Optional.empty());
  }

  private Decision decided(boolean accepted, String why, Comparison comparison) {
    return new Decision(
        accepted,
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
    FeatureScaling ours = candidate.scaling();
    FeatureScaling theirs = serving.scaling();
    for (int k = 0; k < candidate.d(); k++) {
      String feature = "feature '" + candidate.featureNames().get(k) + "'";
      boolean constant = Standardization.constant(ours, k);
      boolean wasConstant = Standardization.constant(theirs, k);
      double spread = ours.scale()[k] / theirs.scale()[k];
      double shift = Math.abs(ours.mean()[k] - theirs.mean()[k]) / theirs.scale()[k];
      if (constant && !wasConstant) {
        return Optional.of(feature + " is constant in the window, and was not before");
      }
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

  private static double[] logLikelihoods(ModelSnapshot model, double[] x, int rows) {
    double[] logLikelihood = new double[rows];
    try (LikelihoodEngine engine =
        Engines.create(Engines.AUTO, Integration.adaptive(0, Integration.DEFAULT_TOLERANCE))) {
      engine.load(model);
      engine.score(x, rows, logLikelihood, null);
    }
    return logLikelihood;
  }

  private static double difference(Comparison comparison) {
    return comparison.logLikelihood() - comparison.servingLogLikelihood();
  }

  /** The means of both over the rows whose differences are the middle half. */
  static Comparison compare(double[] ours, double[] theirs) {
    int rows = ours.length;
    double[] differences = new double[rows];
    for (int i = 0; i < rows; i++) {
      differences[i] = ours[i] == theirs[i] ? 0 : ours[i] - theirs[i]; // equal infinities too
    }
    int[] middle =
        IntStream.range(0, rows)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> differences[i]))
            .skip(rows / 4)
            .limit(rows - 2 * (rows / 4))
            .mapToInt(Integer::intValue)
            .toArray();
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
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < split.trainingRows(); i++) {
      seen.add(row(split.training(), i, d));
    }
    int unseen = 0;
    for (int i = 0; i < split.calibrationRows(); i++) {
      unseen += seen.add(row(split.calibration(), i, d)) ? 1 : 0;
    }
    return unseen;
  }

  private static String row(double[] x, int i, int d) {
    return Arrays.toString(Arrays.copyOfRange(x, i * d, (i + 1) * d));
  }

  private static Comparison compareOnDrawn(
      ModelSnapshot candidate, ModelSnapshot serving, long seed) {
    int d = serving.d();
    Flow flow = new Flow(serving.architecture(), serving.parameters().toDoubles());
    Random random = new Random(seed);
    double[] y = new double[DRAWN_ROWS * d];
    for (int i = 0; i < DRAWN_ROWS; i++) {
      double[] z = random.doubles(d).map(unused -> random.nextGaussian()).toArray();
      System.arraycopy(flow.inverse(z, serving.steps()), 0, y, i * d, d);
    }
    double[] x = new double[y.length];
    serving.scaling().invert(y, DRAWN_ROWS, x);
    return compare(
        logLikelihoods(candidate, x, DRAWN_ROWS), logLikelihoods(serving, x, DRAWN_ROWS));
  }
}
