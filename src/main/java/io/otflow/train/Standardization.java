package io.otflow.train;

import io.otflow.math.ChiSquare;
import io.otflow.model.FeatureScaling;
import java.util.Arrays;
import java.util.Optional;

/**
 * Feature scaling from rows, and how much noise each scaled feature gets while training. A density
 * is unbounded where values repeat exactly, so features that mostly repeat are smoothed, and a
 * constant feature becomes standard normal noise: it then carries no information until it moves.
 *
 * <p>Where a share of the rows is not trained on, as many are left out at either end of each
 * feature, so that anomalies move neither its mean nor its deviation, which is that of the normal
 * distribution of the same middle.
 *
 * @param scaling mean and standard deviation; for a constant feature the scale is 1e-3·max(1,
 *     |mean|)
 * @param noise standard deviation of the noise of each scaled feature, length d
 */
@SuppressWarnings("ArrayRecordComponent")
record Standardization(FeatureScaling scaling, double[] noise) {

  /** Noise of a feature of which most values repeat, in standard deviations. */
  static final double NOISE_OF_REPEATED = 0.05;

  /** Share of distinct values under which a feature counts as repeating. */
  static final double DISTINCT_SHARE = 0.5;

  /** Spread, relative to the mean, under which float features cannot be told from a constant. */
  private static final double RELATIVE_RESOLUTION = 1e-6;

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
    double[] column = new double[rows];
    for (int k = 0; k < d; k++) {
      for (int i = 0; i < rows; i++) {
        column[i] = x[i * d + k];
        mean[k] += column[i] / rows;
      }
      double variance = 0;
      for (double value : column) {
        variance += (value - mean[k]) / rows * (value - mean[k]);
      }
      double deviation = Math.sqrt(variance);
      Arrays.sort(column);
      Middle middle = Middle.of(column, trim);
      if (trim > 0 && middle.deviation() > RELATIVE_RESOLUTION * Math.abs(middle.mean())) {
        mean[k] = middle.mean();
        deviation = middle.deviation();
      }
      if (!(deviation > RELATIVE_RESOLUTION * Math.abs(mean[k])) || deviation < 1e-300) {
        scale[k] = scaleOfConstant(mean[k]);
        noise[k] = 1;
        if (parent.isPresent() && !constant(parent.get(), k)) {
          mean[k] = parent.get().mean()[k];
          scale[k] = parent.get().scale()[k];
          noise[k] = NOISE_OF_REPEATED;
        }
      } else {
        scale[k] = deviation;
        long distinct = 1;
        for (int i = 1; i < rows; i++) {
          distinct += column[i] != column[i - 1] ? 1 : 0;
        }
        noise[k] =
            distinct < DISTINCT_SHARE * rows ? Math.max(NOISE_OF_REPEATED, leastNoise) : leastNoise;
      }
    }
    return new Standardization(new FeatureScaling(mean, scale), noise);
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
      double sum = 0;
      for (int i = out; i < sorted.length - out; i++) {
        sum += sorted[i] / rows;
      }
      double squares = 0;
      for (int i = out; i < sorted.length - out; i++) {
        squares += (sorted[i] - sum) / rows * (sorted[i] - sum);
      }
      return new Middle(sum, Math.sqrt(squares / varianceOfMiddle(trim)));
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

  private static double scaleOfConstant(double mean) {
    return 1e-3 * Math.max(1, Math.abs(mean));
  }

  /** Whether a feature was constant in the rows that a scaling comes from. */
  static boolean constant(FeatureScaling scaling, int feature) {
    return scaling.scale()[feature] == scaleOfConstant(scaling.mean()[feature]);
  }
}
