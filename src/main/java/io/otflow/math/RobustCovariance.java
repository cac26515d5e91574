package io.otflow.math;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Mean and covariance that a quarter of the rows cannot move: those of the three quarters of the
 * rows whose covariance has the least determinant, as FastMCD finds them (Rousseeuw and Van
 * Driessen 1999). {@value #STARTS} times it takes the Gaussian of d + 1 random rows and {@value
 * #FIRST_STEPS} times that of the rows nearest to it; the best {@value #FINISHERS} of these go on
 * until nothing changes. The covariance is scaled so that it is that of Gaussian rows. Immutable.
 *
 * <p>Costs about 50 passes of n·d² multiplications, half a second for 10,000 rows of 20 features. A
 * ridge of {@value #RIDGE} keeps features that are constant, or copies of others, from dividing by
 * 0; features should be scaled to deviations near 1.
 */
public final class RobustCovariance {

  private static final double SHARE = 0.75;
  private static final int STARTS = 20;
  private static final int FIRST_STEPS = 2;
  private static final int FINISHERS = 3;
  private static final int MOST_STEPS = 100;
  private static final double RIDGE = 1e-6;

  /** Share of the largest variance below which others are lost in the factor's rounding. */
  private static final double ROUNDING = 1e-13;

  private final Ellipsoid ellipsoid;
  private final double correction;

  /**
   * Fits a Gaussian.
   *
   * @param x rows × d, row-major, finite
   * @param rows number of rows, at least 1
   * @param d number of features
   * @param seed seed of the starts
   */
  public RobustCovariance(double[] x, int rows, int d, long seed) {
    int kept = Math.min(rows, Math.max(d + 1, (int) Math.ceil(SHARE * rows)));
    ellipsoid = new Search(x, rows, d, kept).best(new SplittableRandom(seed));
    correction = correction(kept, rows, d);
  }

  /** By how much the covariance of all rows is larger, if they are Gaussian. */
  private static double correction(int kept, int rows, int d) {
    if (kept == rows) {
      return 1;
    }
    double share = (double) kept / rows;
    double radius = new ChiSquare(d).quantile(Math.log1p(-share));
    return share / -Math.expm1(new ChiSquare(d + 2).logSurvival(radius));
  }

  /**
   * The square of a row's Mahalanobis distance, which follows χ² with d degrees for Gaussian rows.
   *
   * @param x has the row
   * @param offset where it starts
   * @param scratch length d, overwritten
   * @return it; NaN where it overflows on the way
   */
  public double squaredDistance(double[] x, int offset, double[] scratch) {
    return ellipsoid.distance(x, offset, scratch) / correction;
  }

  /**
   * The mean.
   *
   * @return a copy, d values
   */
  public double[] mean() {
    return ellipsoid.mean().clone();
  }

  /**
   * The covariance.
   *
   * @return a copy, d × d row-major
   */
  public double[] covariance() {
    return Arrays.stream(ellipsoid.covariance()).map(value -> correction * value).toArray();
  }

  /**
   * A Gaussian of some rows.
   *
   * @param mean length d
   * @param covariance d × d row-major, with the ridge
   * @param factor of the covariance
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Ellipsoid(double[] mean, double[] covariance, Cholesky factor) {

    static Ellipsoid of(double[] x, int d, int[] chosen) {
      double[] mean = new double[d];
      for (int row : chosen) {
        for (int k = 0; k < d; k++) {
          mean[k] += x[row * d + k] / chosen.length;
        }
      }
      double[] covariance = new double[d * d];
      for (int row : chosen) {
        for (int j = 0; j < d; j++) {
          double scaled = (x[row * d + j] - mean[j]) / chosen.length;
          for (int k = 0; k <= j; k++) {
            covariance[j * d + k] += scaled * (x[row * d + k] - mean[k]);
          }
        }
      }
      double largest = 0;
      for (int j = 0; j < d; j++) {
        largest = Math.max(largest, covariance[j * d + j]);
      }
      double ridge = RIDGE + ROUNDING * largest;
      for (int j = 0; j < d; j++) {
        covariance[j * d + j] += ridge;
        for (int k = 0; k < j; k++) {
          covariance[k * d + j] = covariance[j * d + k];
        }
      }
      return new Ellipsoid(mean, covariance, new Cholesky(covariance, d));
    }

    double distance(double[] x, int offset, double[] scratch) {
      for (int k = 0; k < mean.length; k++) {
        scratch[k] = x[offset + k] - mean[k];
      }
      return factor.inverseForm(scratch);
    }

    double logDeterminant() {
      return factor.logDeterminant();
    }
  }

  /**
   * Concentration on rows.
   *
   * @param x rows × d, row-major
   * @param rows number of rows
   * @param d number of features
   * @param kept rows that a Gaussian is of
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Search(double[] x, int rows, int d, int kept) {

    Ellipsoid best(SplittableRandom random) {
      return Stream.generate(() -> start(random))
          .limit(STARTS)
          .sorted(Comparator.comparingDouble(Ellipsoid::logDeterminant))
          .limit(FINISHERS)
          .map(this::finish)
          .min(Comparator.comparingDouble(Ellipsoid::logDeterminant))
          .orElseThrow();
    }

    private Ellipsoid start(SplittableRandom random) {
      int[] first = random.ints(0, rows).distinct().limit(Math.min(rows, d + 1)).toArray();
      Ellipsoid found = Ellipsoid.of(x, d, first);
      for (int i = 0; i < FIRST_STEPS; i++) {
        found = concentrate(found);
      }
      return found;
    }

    private Ellipsoid finish(Ellipsoid started) {
      Ellipsoid found = started;
      for (int i = 0; i < MOST_STEPS; i++) {
        Ellipsoid next = concentrate(found);
        if (!(next.logDeterminant() < found.logDeterminant())) {
          break;
        }
        found = next;
      }
      return found;
    }

    /** The Gaussian of the rows nearest to another. */
    private Ellipsoid concentrate(Ellipsoid from) {
      double[] scratch = new double[d];
      double[] distance = new double[rows];
      for (int i = 0; i < rows; i++) {
        distance[i] = from.distance(x, i * d, scratch);
      }
      double[] sorted = distance.clone();
      Arrays.sort(sorted);
      double farthest = sorted[kept - 1];
      int[] chosen = new int[kept];
      int count = 0;
      for (int i = 0; i < rows; i++) {
        if (distance[i] < farthest) {
          chosen[count++] = i;
        }
      }
      for (int i = 0; i < rows && count < kept; i++) {
        if (distance[i] == farthest) {
          chosen[count++] = i;
        }
      }
      return Ellipsoid.of(x, d, chosen);
    }
  }
}
