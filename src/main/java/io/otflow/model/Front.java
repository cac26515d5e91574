package io.otflow.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The invertible map from the user's units to what the flow sees: feature scaling, then for each
 * feature a monotone map or none, then a whitening or none. Its log-determinant is part of every
 * log-likelihood. In double; a row of d features costs d maps and d²/2 multiplications, and
 * allocates nothing. Immutable, thread-safe.
 */
public final class Front {

  /** Products of derivatives between this and its inverse can take another factor. */
  private static final double MOST_PRODUCT = 1e150;

  private final FeatureScaling scaling;
  private final List<Optional<MonotoneSpline>> maps;

  /** The maps as they are run; null for a feature that is only scaled. */
  private final MonotoneSpline[] splines;

  private final Whitening whitening;
  private final double[] mean;
  private final double[] inverseScale;
  private final double constant;
  private final boolean mapped;

  /**
   * A front.
   *
   * @param scaling the scaling of the d features
   * @param maps one a feature, of its scaled values; empty for a feature that is only scaled
   * @param whitening what comes after the maps; empty for none
   * @throws IllegalArgumentException if they are not of the same features
   */
  public Front(
      FeatureScaling scaling, List<Optional<MonotoneSpline>> maps, Optional<Whitening> whitening) {
    int d = scaling.d();
    if (maps.size() != d) {
      throw new IllegalArgumentException(
          "front maps " + maps.size() + " features and scales " + d + ", expected the same");
    }
    if (whitening.isPresent() && whitening.get().d() != d) {
      throw new IllegalArgumentException(
          "front whitens "
              + whitening.get().d()
              + " features and scales "
              + d
              + ", expected the same");
    }
    this.scaling = scaling;
    this.maps = List.copyOf(maps);
    splines = maps.stream().map(map -> map.orElse(null)).toArray(MonotoneSpline[]::new);
    this.whitening = whitening.orElse(null);
    mean = scaling.mean();
    inverseScale = scaling.inverseScale();
    mapped = maps.stream().anyMatch(Optional::isPresent);
    constant = whitening.map(Whitening::logDeterminant).orElse(0.0) - scaling.logScaleSum();
  }

  /**
   * The front that only scales.
   *
   * @param scaling the scaling
   * @return it, as a front
   */
  public static Front of(FeatureScaling scaling) {
    return new Front(scaling, Collections.nCopies(scaling.d(), Optional.empty()), Optional.empty());
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
   * The scaling that comes first.
   *
   * @return the scaling
   */
  public FeatureScaling scaling() {
    return scaling;
  }

  /**
   * The maps of the scaled features.
   *
   * @return one a feature; empty where it is only scaled
   */
  public List<Optional<MonotoneSpline>> maps() {
    return maps;
  }

  /**
   * The whitening that comes last.
   *
   * @return it, or empty
   */
  public Optional<Whitening> whitening() {
    return Optional.ofNullable(whitening);
  }

  /**
   * Whether there is nothing but the scaling, as in the published program.
   *
   * @return true without a map and a whitening
   */
  public boolean scalesOnly() {
    return !mapped && whitening == null;
  }

  /**
   * Maps a row.
   *
   * @param x has the row, in the user's units
   * @param from where it starts
   * @param y receives it as the flow sees it; may be {@code x} itself, at the same place
   * @param to where it goes
   * @return log|det ∂y/∂x|, nats
   */
  public double apply(double[] x, int from, double[] y, int to) {
    for (int k = 0; k < mean.length; k++) {
      y[to + k] = (x[from + k] - mean[k]) * inverseScale[k];
    }
    return constant + bend(y, to);
  }

  /**
   * What the log-determinants of all rows have in common.
   *
   * @return log|det W| − Σ log scaleₖ, nats
   */
  public double constant() {
    return constant;
  }

  /**
   * Maps a row that is scaled already, in place.
   *
   * @param y has the row, scaled
   * @param to where it starts
   * @return the logarithm of the derivatives of the maps, nats: with {@link #constant} it is
   *     log|det ∂y/∂x|
   */
  public double bend(double[] y, int to) {
    double logs = mapped ? mapped(y, to) : 0;
    if (whitening != null) {
      whitening.apply(y, to);
    }
    return logs;
  }

  private double mapped(double[] y, int to) {
    double logs = 0;
    double product = 1;
    for (int k = 0; k < splines.length; k++) {
      MonotoneSpline map = splines[k];
      if (map != null) {
        double derivative = map.replace(y, to + k);
        // One logarithm for all features, as long as their product is a number.
        if (!(derivative < MOST_PRODUCT && derivative > 1 / MOST_PRODUCT)) {
          logs += Math.log(derivative);
          continue;
        }
        product *= derivative;
        if (!(product < MOST_PRODUCT && product > 1 / MOST_PRODUCT)) {
          logs += Math.log(product);
          product = 1;
        }
      }
    }
    return logs + Math.log(product);
  }

  /**
   * The inverse of {@link #apply}, in place.
   *
   * @param y has the row as the flow sees it; receives it in the user's units
   */
  public void invert(double[] y) {
    if (whitening != null) {
      whitening.invert(y, 0);
    }
    for (int k = 0; k < splines.length; k++) {
      if (splines[k] != null) {
        y[k] = splines[k].invert(y[k]);
      }
    }
    scaling.invert(y, 1, y);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Front that
        && scaling.equals(that.scaling)
        && maps.equals(that.maps)
        && whitening().equals(that.whitening());
  }

  @Override
  public int hashCode() {
    return 31 * (31 * scaling.hashCode() + maps.hashCode()) + whitening().hashCode();
  }

  @Override
  public String toString() {
    return "Front[" + scaling + ", maps=" + maps + ", whitening=" + whitening() + "]";
  }
}
