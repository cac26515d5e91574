package io.otflow.train;

import io.otflow.math.RobustCovariance;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.MonotoneSpline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Fits the front of a model: a map for each feature, of the rows that do not stand far apart, and a
 * whitening. Behind it ordinary rows are about standard normal, so that a flow that does nothing is
 * a robust Gaussian of the mapped features.
 *
 * <p>A first model has maps only if they pay on rows that they were not fitted to: rows that are
 * already Gaussian in pieces are easier for the flow as they are. Later models keep what the first
 * one decided, and fit it anew.
 */
final class FrontFitter {

  /** Most rows that a front is fitted to; more would cost time and change little. */
  private static final int MOST_ROWS = 4096;

  /** Rows times squared features that it is fitted to at most, as long as there are 5·d rows. */
  private static final int MOST_WORK = 1 << 24;

  /** Features above which a model only scales: a covariance would take longer than the flow. */
  private static final int MOST_FEATURES = 256;

  /** Nats a feature that maps must gain. */
  private static final double PRICE = 0.02;

  private final Standardization standard;
  private final int d;
  private final int rows;
  private final double[] x;
  private final double trim;
  private final long seed;

  /**
   * A fitter.
   *
   * @param standard scaling and noise of the features
   * @param scaled rows × d, scaled, in random order
   * @param rows number of rows
   * @param trim share of the rows that may be anomalies
   * @param seed seed of everything random
   */
  FrontFitter(Standardization standard, double[] scaled, int rows, double trim, long seed) {
    this.standard = standard;
    this.trim = trim;
    this.seed = seed;
    d = standard.scaling().d();
    this.rows = Math.min(rows, Math.min(MOST_ROWS, Math.max(5 * d, MOST_WORK / (d * d))));
    SplittableRandom random = new SplittableRandom(seed);
    x = Arrays.copyOf(scaled, this.rows * d);
    standard.addNoise(x, random);
  }

  /**
   * The front of a first model.
   *
   * @return with maps or without, whichever held-out rows prefer
   */
  Front first() {
    if (d > MOST_FEATURES) {
      return Front.of(standard.scaling());
    }
    List<Optional<MonotoneSpline>> maps = maps(Optional.empty());
    MappedRows plain = mapped(Front.of(standard.scaling()).maps());
    if (maps.equals(plain.maps())) {
      return plain.front();
    }
    MappedRows bent = mapped(maps);
    return plain.cost() < bent.cost() + PRICE * d ? plain.front() : bent.front();
  }

  /**
   * The front of a model that is fine-tuned.
   *
   * @param parent the front before: which features are mapped, and by how many knots, is kept, so
   *     that the weights find the same things in the same places; one that only scales stays so
   * @return the same kind of front, of these rows
   */
  Front like(Front parent) {
    return parent.scalesOnly()
        ? Front.of(standard.scaling())
        : mapped(maps(Optional.of(parent))).front();
  }

  private List<Optional<MonotoneSpline>> maps(Optional<Front> parent) {
    if (parent.isPresent() && parent.get().maps().stream().noneMatch(Optional::isPresent)) {
      return parent.get().maps();
    }
    int[] kept = kept();
    List<Optional<MonotoneSpline>> maps = new ArrayList<>();
    for (int k = 0; k < d; k++) {
      int feature = k;
      double[] values = Arrays.stream(kept).mapToDouble(i -> x[i * d + feature]).toArray();
      Optional<MonotoneSpline> before = parent.flatMap(front -> front.maps().get(feature));
      if (standard.still()[k]) {
        maps.add(before);
      } else if (parent.isPresent()) {
        maps.add(before.map(map -> FeatureMaps.like(values, map)));
      } else {
        maps.add(FeatureMaps.of(values));
      }
    }
    return maps;
  }

  /** Rows that do not stand apart from the bulk, as a training leaves them out. */
  private int[] kept() {
    if (trim == 0) {
      return IntStream.range(0, rows).toArray();
    }
    RobustCovariance covariance = new RobustCovariance(x, rows, d, seed);
    double[] scratch = new double[d];
    double[] distance = new double[rows];
    for (int i = 0; i < rows; i++) {
      distance[i] = covariance.squaredDistance(x, i * d, scratch);
    }
    return Trim.TAIL.kept(distance, trim);
  }

  /**
   * Maps, and what held-out rows say of a whitening behind them; the whitening of all rows is
   * fitted when the front is asked for.
   *
   * @param scaling of the features
   * @param maps the maps
   * @param whitening fits it
   * @param verdict of the held-out rows
   */
  private record MappedRows(
      FeatureScaling scaling,
      List<Optional<MonotoneSpline>> maps,
      WhiteningFitter whitening,
      WhiteningFitter.Verdict verdict) {

    double cost() {
      return verdict.cost();
    }

    Front front() {
      return new Front(scaling, maps, Optional.of(whitening.fit(verdict)));
    }
  }

  private MappedRows mapped(List<Optional<MonotoneSpline>> maps) {
    Front bending = new Front(standard.scaling(), maps, Optional.empty());
    double[] y = x.clone();
    double[] logDeterminant = new double[rows];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < rows; i++) {
      logDeterminant[i] = bending.bend(y, i * d);
      // Of a feature that stands still nothing is learned, and nothing is forgotten.
      for (int k = 0; k < d; k++) {
        y[i * d + k] = standard.still()[k] ? random.nextGaussian() : y[i * d + k];
      }
    }
    WhiteningFitter whitening = new WhiteningFitter(y, rows, d, seed);
    return new MappedRows(standard.scaling(), maps, whitening, whitening.compare(logDeterminant));
  }
}
