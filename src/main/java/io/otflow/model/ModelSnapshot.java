package io.otflow.model;

import java.util.List;
import java.util.Optional;

/**
 * A model, whole: weights, front, calibration and provenance, so that one swap changes them all at
 * once. Immutable.
 *
 * @param version its version, at least 1; versions only go up
 * @param featureNames the d features, in order
 * @param parameters the weights and the shape
 * @param front the map from the user's units to those of the flow
 * @param steps Runge-Kutta steps that it was trained with, the default for scoring
 * @param calibration threshold and quantiles; absent for bare weights
 * @param provenance where it comes from
 */
public record ModelSnapshot(
    long version,
    List<String> featureNames,
    Parameters parameters,
    Front front,
    int steps,
    Optional<Calibration> calibration,
    Provenance provenance) {

  /** The highest version: far from where adding one would overflow. */
  public static final long MAX_VERSION = 1L << 53;

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if they do not
   */
  public ModelSnapshot {
    featureNames = List.copyOf(featureNames);
    int d = parameters.architecture().d();
    if (version < 1 || version > MAX_VERSION) {
      throw new IllegalArgumentException(
          "model version is " + version + ", expected 1 to " + MAX_VERSION);
    }
    if (featureNames.size() != d) {
      throw new IllegalArgumentException(
          "model has " + featureNames.size() + " feature names, expected d = " + d);
    }
    if (front.d() != d) {
      throw new IllegalArgumentException(
          "model scales " + front.d() + " features, expected d = " + d);
    }
    Optional<Tail> tail = calibration.flatMap(Calibration::tail);
    if (tail.isPresent() && tail.get().degrees() != d) {
      throw new IllegalArgumentException(
          "calibration has a tail of " + tail.get().degrees() + " features, expected d = " + d);
    }
    if (steps < 1) {
      throw new IllegalArgumentException("model has steps = " + steps + ", expected at least 1");
    }
  }

  /**
   * A model whose front only scales.
   *
   * @param version its version
   * @param featureNames the d features
   * @param parameters the weights and the shape
   * @param scaling the map from the user's units to those of the flow
   * @param steps Runge-Kutta steps
   * @param calibration threshold and quantiles
   * @param provenance where it comes from
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public ModelSnapshot(
      long version,
      List<String> featureNames,
      Parameters parameters,
      FeatureScaling scaling,
      int steps,
      Optional<Calibration> calibration,
      Provenance provenance) {
    this(version, featureNames, parameters, Front.of(scaling), steps, calibration, provenance);
  }

  /**
   * The shape of the potential.
   *
   * @return the shape
   */
  public Architecture architecture() {
    return parameters.architecture();
  }

  /**
   * The number of features.
   *
   * @return d
   */
  public int d() {
    return architecture().d();
  }

  /**
   * This model under another version and provenance.
   *
   * @param newVersion its version
   * @param newProvenance where it comes from
   * @return a copy
   */
  public ModelSnapshot as(long newVersion, Provenance newProvenance) {
    return new ModelSnapshot(
        newVersion, featureNames, parameters, front, steps, calibration, newProvenance);
  }
}
