package io.otflow.train;

import io.otflow.math.Cholesky;
import io.otflow.math.RobustCovariance;
import io.otflow.model.Front;
import io.otflow.model.MonotoneSpline;
import io.otflow.model.Whitening;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Fits the front: of the rows that do not stand far apart, a map for each feature, and of the
 * mapped rows a robust covariance. Behind it ordinary rows are about standard normal, so that a
 * flow that does nothing is a robust Gaussian of the mapped features.
 */
final class FrontFitter {

  /** Most rows that the covariance is searched on; more would cost time and change nothing. */
  private static final int MOST_ROWS = 4096;

  /** Share of the correlations that is taken away. */
  private static final double SHRINK = Double.parseDouble(System.getProperty("x.shrink", "0.1"));

  private static final double APART = 6;

  private static final String WHAT = System.getProperty("x.front", "both");

  private FrontFitter() {}

  /**
   * Fits a front.
   *
   * @param standard scaling and noise of the features
   * @param scaled rows × d, scaled, in random order
   * @param rows number of rows
   * @param trim share of the rows that may be anomalies
   * @param parent front of the model that is fine-tuned: which features are mapped, and by how many
   *     knots, is kept from it, so that successive models see the same things in the same places;
   *     one that only scales stays so
   * @param seed seed of everything random
   * @return the front
   */
  static Front fit(
      Standardization standard,
      double[] scaled,
      int rows,
      double trim,
      Optional<Front> parent,
      long seed) {
    if ((parent.isPresent() && parent.get().scalesOnly()) || WHAT.equals("none")) {
      return Front.of(standard.scaling());
    }
    int d = standard.scaling().d();
    SplittableRandom random = new SplittableRandom(seed);
    int n = Math.min(rows, MOST_ROWS);
    double[] x = Arrays.copyOf(scaled, n * d);
    for (int p = 0; p < x.length; p++) {
      x[p] += standard.noise()[p % d] * random.nextGaussian();
    }
    List<Optional<MonotoneSpline>> maps = new ArrayList<>();
    int[] kept = kept(x, n, d, trim, seed);
    for (int k = 0; k < d; k++) {
      int feature = k;
      double[] column = Arrays.stream(kept).mapToDouble(i -> x[i * d + feature]).toArray();
      boolean moves = standard.noise()[k] < 1;
      Optional<MonotoneSpline> earlier = parent.flatMap(front -> front.maps().get(feature));
      Optional<MonotoneSpline> map =
          !moves || WHAT.equals("white")
              ? earlier
              : parent.isPresent()
                  ? earlier.map(spline -> FeatureMaps.like(column, spline))
                  : FeatureMaps.of(column);
      maps.add(map);
      if (map.isPresent()) {
        for (int i = 0; i < n; i++) {
          x[i * d + k] = map.get().apply(x[i * d + k]);
        }
      }
    }
    return new Front(
        standard.scaling(),
        maps,
        WHAT.equals("maps") ? Optional.empty() : Optional.of(whitening(x, n, d, seed)));
  }

  /** Rows that do not stand apart from the bulk, as a training leaves them out. */
  private static int[] kept(double[] x, int n, int d, double trim, long seed) {
    int[] all = IntStream.range(0, n).toArray();
    if (trim == 0) {
      return all;
    }
    RobustCovariance covariance = new RobustCovariance(x, n, d, seed);
    double[] scratch = new double[d];
    double[] distance = new double[n];
    for (int i = 0; i < n; i++) {
      distance[i] = covariance.squaredDistance(x, i * d, scratch);
    }
    double limit = Trim.limit(distance.clone(), trim, APART);
    return Arrays.stream(all).filter(i -> !(distance[i] > limit)).toArray();
  }

  private static Whitening whitening(double[] y, int n, int d, long seed) {
    RobustCovariance robust = new RobustCovariance(y, n, d, seed);
    double[] covariance = robust.covariance();
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        covariance[j * d + k] *= j == k ? 1 : 1 - SHRINK;
      }
    }
    return new Whitening(robust.mean(), new Cholesky(covariance, d).inverseFactor());
  }
}
