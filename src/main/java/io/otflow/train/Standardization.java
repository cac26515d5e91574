package io.otflow.train;

import io.otflow.math.ChiSquare;
import io.otflow.model.FeatureScaling;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Feature scaling from rows, and how much noise each scaled feature gets while training. A density
 * is unbounded where values repeat exactly, so features that mostly repeat are smoothed, and a
 * constant feature becomes standard normal noise: it then carries no information until it moves.
 *
 * <p>Where a share of the rows is not trained on, as many are left out at either end of each
 * feature, so that anomalies move neither its mean nor its deviation, which is that of the normal
 * distribution of the same middle.
 *
 * @param scaling mean and standard deviation; for a constant feature the scale is {@link
 *     FeatureScaling#scaleOfConstant}
 * @param noise standard deviation of the noise of each scaled feature, length d
 * @param still whether a feature is constant in the rows, length d
 */
@SuppressWarnings("ArrayRecordComponent")
record Standardization(FeatureScaling scaling, double[] noise, boolean[] still) {

  /** Least noise of a feature of which most values repeat, in standard deviations. */
  static final double NOISE_OF_REPEATED = 0.05;

  /** Most noise of such a feature: with more, values of a few would run into each other. */
  private static final double MOST_NOISE = 0.5;

  /** Share of distinct values under which a feature counts as repeating. */
  static final double DISTINCT_SHARE = 0.5;

  /** Spread, in units in the last place of the mean, that is no more than rounding. */
  private static final double ROUNDING = 2;

  /** Values whose squares are finite and not zero lie between this and its inverse. */
  private static final double SQUARABLE = 1e140;

  /**
   * Measures rows.
   *
   * @param x rows × d, row-major
   * @param rows number of rows, at least 1
   * @param d number of features
   * @param leastNoise noise that every feature gets at least
   * @param trim share of the rows that is not trained on
   * @param parent scaling of the model that is fine-tuned: a feature that is constant in these rows
   *     keeps it, so that what was known of its range is not forgotten
   */
  static Standardization of(
      double[] x,
      int rows,
      int d,
      double leastNoise,
      double trim,
      Optional<FeatureScaling> parent) {
    double[] mean = new double[d];
    double[] scale = new double[d];
    double[] noise = new double[d];
    boolean[] still = new boolean[d];
    double[] column = new double[rows];
    for (int k = 0; k < d; k++) {
      for (int i = 0; i < rows; i++) {
        column[i] = x[i * d + k];
      }
      Arrays.sort(column);
      Middle whole = Middle.of(column, 0);
      Middle middle = trim > 0 ? Middle.of(column, trim) : whole;
      Middle chosen = middle.constant() ? whole : middle;
      mean[k] = chosen.mean();
      still[k] = chosen.constant();
      if (still[k]) {
        scale[k] = FeatureScaling.scaleOfConstant(mean[k]);
        noise[k] = 1;
        if (parent.isPresent() && !parent.get().constant(k)) {
          mean[k] = parent.get().mean()[k];
          scale[k] = parent.get().scale()[k];
          noise[k] = NOISE_OF_REPEATED;
        }
      } else {
        scale[k] = chosen.deviation();
        noise[k] = Math.max(leastNoise, noiseOfRepeated(column, scale[k]));
      }
    }
    return new Standardization(new FeatureScaling(mean, scale), noise, still);
  }

  /**
   * Adds its noise to rows.
   *
   * @param y rows × d, row-major, scaled
   * @param random draws the noise
   */
  void addNoise(double[] y, SplittableRandom random) {
    for (int p = 0; p < y.length; p++) {
      y[p] += noise[p % noise.length] * random.nextGaussian();
    }
  }

  /**
   * Noise of a feature of which most values repeat: half of the step between neighbours, within
   * bounds; 0 for any other.
   */
  private static double noiseOfRepeated(double[] sorted, double scale) {
    double[] steps =
        IntStream.range(1, sorted.length)
            .mapToDouble(i -> sorted[i] - sorted[i - 1])
            .filter(step -> step > 0)
            .sorted()
            .toArray();
    if (steps.length + 1 >= DISTINCT_SHARE * sorted.length) {
      return 0;
    }
    double half = 0.5 * steps[steps.length / 2] / scale;
    return Math.max(NOISE_OF_REPEATED, Math.min(MOST_NOISE, half));
  }

  /**
   * The middle of a feature's values.
   *
   * @param mean its mean
   * @param deviation standard deviation of the normal distribution whose middle spreads as much
   */
  private record Middle(double mean, double deviation) {

    static Middle of(double[] sorted, double trim) {
      int out = (int) (trim * sorted.length);
      int rows = sorted.length - 2 * out;
      double median = sorted[sorted.length / 2];
      double largest = Math.max(Math.abs(sorted[out]), Math.abs(sorted[sorted.length - 1 - out]));
      boolean squarable = largest < SQUARABLE && largest > 1 / SQUARABLE;
      double unit = squarable || largest == 0 ? 1 : largest;
      // Differences from a value among them keep the digits that a sum of all would lose.
      double sum = 0;
      for (int i = out; i < sorted.length - out; i++) {
        sum += (sorted[i] / unit - median / unit) / rows;
      }
      double squares = 0;
      for (int i = out; i < sorted.length - out; i++) {
        double difference = sorted[i] / unit - median / unit - sum;
        squares += difference / rows * difference;
      }
      return new Middle(median + unit * sum, unit * Math.sqrt(squares / varianceOfMiddle(trim)));
    }

    /** Whether its values differ by no more than the rounding of 64 bits. */
    boolean constant() {
      return !(deviation > ROUNDING * Math.ulp(mean)) || deviation < 1e-300;
    }

    /** Variance of a standard normal variable between its quantiles t and 1 − t. */
    private static double varianceOfMiddle(double t) {
      if (t == 0) {
        return 1;
      }
      double square = new ChiSquare(1).quantile(Math.log(2 * t));
      double density = Math.exp(-square / 2) / Math.sqrt(2 * Math.PI);
      return 1 - 2 * Math.sqrt(square) * density / (1 - 2 * t);
    }
  }
}
