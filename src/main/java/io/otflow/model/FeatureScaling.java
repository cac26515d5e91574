package io.otflow.model;

import java.util.Arrays;

/**
 * The map y = (x − mean) / scale between the user's units and those that the flow sees. Immutable.
 */
public final class FeatureScaling {

  private final double[] mean;
  private final double[] scale;

  /**
   * A feature scaling.
   *
   * @param mean one value a feature, finite, copied
   * @param scale one value a feature, finite and positive, copied
   * @throws IllegalArgumentException if the lengths differ or a value is out of its range
   */
  public FeatureScaling(double[] mean, double[] scale) {
    if (mean.length != scale.length) {
      throw new IllegalArgumentException(
          "mean has length " + mean.length + " and scale " + scale.length + ", expected the same");
    }
    for (int k = 0; k < mean.length; k++) {
      if (!Double.isFinite(mean[k])) {
        throw new IllegalArgumentException(
            "mean of feature " + k + " is " + mean[k] + ", expected a finite value");
      }
      if (!(Double.isFinite(scale[k]) && scale[k] > 0)) {
        throw new IllegalArgumentException(
            "scale of feature " + k + " is " + scale[k] + ", expected a finite positive value");
      }
    }
    this.mean = mean.clone();
    this.scale = scale.clone();
  }

  /**
   * The scaling that changes nothing.
   *
   * @param d number of features
   * @return mean 0, scale 1
   */
  public static FeatureScaling identity(int d) {
    double[] ones = new double[d];
    Arrays.fill(ones, 1.0);
    return new FeatureScaling(new double[d], ones);
  }

  /**
   * The scale of a feature of which nothing is known but one value.
   *
   * @param mean the value
   * @return 1e-3·max(1, |mean|)
   */
  public static double scaleOfConstant(double mean) {
    return 1e-3 * Math.max(1, Math.abs(mean));
  }

  /**
   * Whether a feature was constant in the rows that this comes from.
   *
   * @param feature its index
   * @return true if its scale is that of a constant
   */
  public boolean constant(int feature) {
    return scale[feature] == scaleOfConstant(mean[feature]);
  }

  /**
   * The number of features.
   *
   * @return d
   */
  public int d() {
    return mean.length;
  }

  /**
   * A copy of the means.
   *
   * @return one value a feature
   */
  public double[] mean() {
    return mean.clone();
  }

  /**
   * A copy of the scales.
   *
   * @return one positive value a feature
   */
  public double[] scale() {
    return scale.clone();
  }

  /**
   * What scaled units are per unit of the user's, for engines that multiply.
   *
   * @return 1 / scaleₖ, one positive value a feature
   */
  public double[] inverseScale() {
    double[] inverse = new double[scale.length];
    for (int k = 0; k < inverse.length; k++) {
      inverse[k] = 1 / scale[k];
    }
    return inverse;
  }

  /**
   * Σ log scaleₖ: what log p in the user's units is smaller by than log p in scaled units.
   *
   * @return the sum, in nats
   */
  public double logScaleSum() {
    double sum = 0;
    for (double s : scale) {
      sum += Math.log(s);
    }
    return sum;
  }

  /**
   * Scales rows.
   *
   * @param x rows × d, row-major, in the user's units
   * @param rows number of rows
   * @param y receives rows × d, row-major; may be {@code x} itself
   */
  public void apply(double[] x, int rows, double[] y) {
    int d = mean.length;
    for (int i = 0, p = 0; i < rows; i++) {
      for (int k = 0; k < d; k++, p++) {
        y[p] = (x[p] - mean[k]) / scale[k];
      }
    }
  }

  /**
   * The inverse of {@link #apply}.
   *
   * @param y rows × d, row-major, scaled
   * @param rows number of rows
   * @param x receives rows × d, row-major, in the user's units; may be {@code y} itself
   */
  public void invert(double[] y, int rows, double[] x) {
    int d = mean.length;
    for (int i = 0, p = 0; i < rows; i++) {
      for (int k = 0; k < d; k++, p++) {
        x[p] = y[p] * scale[k] + mean[k];
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureScaling that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(scale, that.scale);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(scale);
  }

  @Override
  public String toString() {
    return "FeatureScaling[mean="
        + Arrays.toString(mean)
        + ", scale="
        + Arrays.toString(scale)
        + "]";
  }
}
