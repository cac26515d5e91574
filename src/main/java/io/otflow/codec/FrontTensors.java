package io.otflow.codec;

import io.otflow.codec.Safetensors.Tensor;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.MonotoneSpline;
import io.otflow.model.Whitening;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of a weights file that hold what comes after the feature scaling. They are lists of
 * F64, and the published program has none of them:
 *
 * <pre>
 *  front.center     center of the whitening, d
 *  front.w          lower triangle of W, row by row, d(d + 1)/2
 *  front.k.at       knots of the map of feature k, from 0
 *  front.k.value    the map there
 *  front.k.slope    its derivative there
 *  front.k.bends    bends of its lower and its upper tail, 2
 * </pre>
 *
 * <p>A feature that is only scaled has no tensors, nor has a model whose features all are.
 */
final class FrontTensors {

  private static final String PREFIX = "front.";
  private static final String CENTER = PREFIX + "center";
  private static final String W = PREFIX + "w";

  private FrontTensors() {}

  /** The tensors of a front, by name. */
  static Map<String, Tensor> of(Front front) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    front
        .whitening()
        .ifPresent(
            whitening -> {
              tensors.put(CENTER, Tensor.list(whitening.center()));
              tensors.put(W, Tensor.list(whitening.w()));
            });
    for (int k = 0; k < front.d(); k++) {
      Names names = new Names(k);
      front
          .maps()
          .get(k)
          .ifPresent(
              map -> {
                tensors.put(names.at(), Tensor.list(map.at()));
                tensors.put(names.value(), Tensor.list(map.value()));
                tensors.put(names.slope(), Tensor.list(map.slope()));
                tensors.put(names.bends(), Tensor.list(map.lowerBend(), map.upperBend()));
              });
    }
    return tensors;
  }

  /** Takes the tensors of a front out of those of a file. */
  static Map<String, Tensor> takenFrom(Map<String, Tensor> tensors) {
    Map<String, Tensor> ours = new LinkedHashMap<>(tensors);
    ours.keySet().removeIf(name -> !name.startsWith(PREFIX));
    tensors.keySet().removeAll(ours.keySet());
    return ours;
  }

  /**
   * The front of a scaling and what {@link #takenFrom} gave.
   *
   * @throws DecodeException if a tensor is missing, unknown, of the wrong shape, or has values that
   *     no front can have; the message names it
   */
  static Front front(FeatureScaling scaling, Map<String, Tensor> tensors) throws DecodeException {
    if (tensors.isEmpty()) {
      return Front.of(scaling);
    }
    Map<String, Tensor> rest = new LinkedHashMap<>(tensors);
    List<Optional<MonotoneSpline>> maps = new ArrayList<>();
    for (int k = 0; k < scaling.d(); k++) {
      maps.add(map(new Names(k), rest));
    }
    Front front = new Front(scaling, maps, whitening(scaling.d(), rest));
    if (!rest.isEmpty()) {
      throw new DecodeException(
          "tensor '"
              + rest.keySet().iterator().next()
              + "' is no part of a front of "
              + scaling.d()
              + " features");
    }
    return front;
  }

  private static Optional<Whitening> whitening(int d, Map<String, Tensor> rest)
      throws DecodeException {
    if (!rest.containsKey(CENTER) && !rest.containsKey(W)) {
      return Optional.empty();
    }
    double[] center = list(rest, CENTER, d);
    double[] w = list(rest, W, (long) d * (d + 1) / 2);
    try {
      return Optional.of(new Whitening(center, w));
    } catch (IllegalArgumentException e) {
      throw new DecodeException("tensors '" + CENTER + "' and '" + W + "': " + e.getMessage(), e);
    }
  }

  private static Optional<MonotoneSpline> map(Names names, Map<String, Tensor> rest)
      throws DecodeException {
    if (names.all().stream().noneMatch(rest::containsKey)) {
      return Optional.empty();
    }
    double[] at = list(rest, names.at(), -1);
    double[] value = list(rest, names.value(), at.length);
    double[] slope = list(rest, names.slope(), at.length);
    double[] bends = list(rest, names.bends(), 2);
    try {
      return Optional.of(new MonotoneSpline(at, value, slope, bends[0], bends[1]));
    } catch (IllegalArgumentException e) {
      throw new DecodeException("tensors '" + names.stem() + "*': " + e.getMessage(), e);
    }
  }

  /** Takes a tensor that must be there, a list of as many values; -1 for any number of them. */
  private static double[] list(Map<String, Tensor> rest, String name, long length)
      throws DecodeException {
    Tensor tensor = rest.remove(name);
    if (tensor == null) {
      throw new DecodeException("tensor '" + name + "' is missing, which others go with");
    }
    int[] shape = tensor.shape();
    if (shape.length != 1 || (length >= 0 && shape[0] != length)) {
      throw new DecodeException(
          "tensor '"
              + name
              + "' has shape "
              + Arrays.toString(shape)
              + ", expected "
              + (length < 0 ? "a list" : "[" + length + "]"));
    }
    return tensor.doubles();
  }

  /** The names of the tensors of a feature's map. */
  private record Names(String stem) {

    Names(int feature) {
      this(PREFIX + feature + ".");
    }

    String at() {
      return stem + "at";
    }

    String value() {
      return stem + "value";
    }

    String slope() {
      return stem + "slope";
    }

    String bends() {
      return stem + "bends";
    }

    List<String> all() {
      return List.of(at(), value(), slope(), bends());
    }
  }
}
