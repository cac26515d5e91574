package io.otflow.codec;

import io.otflow.model.Quantiles;
import java.util.Arrays;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.quantilescommon.DoublesSortedView;

/** The KLL sketch that snapshots of formats 1 and 2 have in place of quantiles. */
final class QuantileSketch {

  /** More than the largest KLL sketch's retained items, so that reading past a cut one is safe. */
  private static final int SLACK = 1 << 21;

  /** No sketch has more: each level stands for twice the items of the one below. */
  private static final int MAX_LEVELS = 61;

  private QuantileSketch() {}

  /**
   * The quantiles of a sketch. The sketch library reads by unchecked addresses, so it is shown a
   * copy with room behind it, and what it understood must give the same bytes again.
   *
   * @throws IllegalArgumentException if the bytes are not those of a whole sketch that answers
   */
  static Quantiles read(byte[] sketch) {
    if (plausible(sketch)) {
      try {
        byte[] padded = Arrays.copyOf(sketch, sketch.length + SLACK);
        KllDoublesSketch read = KllDoublesSketch.heapify(Memory.wrap(padded));
        if (!read.isEmpty() && Arrays.equals(read.toByteArray(), sketch)) {
          return quantiles(read.getSortedView());
        }
      } catch (RuntimeException e) {
        throw damaged(sketch, e);
      } catch (LinkageError e) {
        throw new IllegalArgumentException(
            "the calibration is of an earlier version, whose sketches are read on Java 17 to 21, and"
                + " this is Java "
                + Runtime.version().feature(),
            e);
      }
    }
    throw damaged(sketch, null);
  }

  private static IllegalArgumentException damaged(byte[] sketch, Exception cause) {
    return new IllegalArgumentException(
        "the calibration's quantile sketch of " + sketch.length + " bytes is damaged", cause);
  }

  /** Of equal values the last has the rank; a value of density zero has none. */
  private static Quantiles quantiles(DoublesSortedView view) {
    double[] values = view.getQuantiles();
    long[] weights = view.getCumulativeWeights();
    double[] kept = new double[values.length];
    double[] ranks = new double[values.length];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      boolean tied = i + 1 < values.length && values[i + 1] == values[i];
      if (!tied && values[i] != Double.NEGATIVE_INFINITY) {
        kept[count] = values[i];
        ranks[count++] = weights[i];
      }
    }
    return new Quantiles(Arrays.copyOf(kept, count), Arrays.copyOf(ranks, count));
  }

  /**
   * Whether the bytes start as those of a sketch that is written for good: {@code toByteArray}
   * gives version 1, or 2 where there is one item. The library also takes its updatable form,
   * version 3, and makes an array as long as that claims.
   *
   * <pre>
   *  1   version
   *  18  in version 1, the number of levels
   * </pre>
   */
  private static boolean plausible(byte[] sketch) {
    return sketch.length > 18
        ? sketch[1] == 1 && sketch[18] >= 1 && sketch[18] <= MAX_LEVELS
        : sketch.length == 16 && sketch[1] == 2;
  }
}
