package io.otflow.train;

import io.otflow.model.Front;
import io.otflow.model.MonotoneSpline;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the features of a model were taken for, in words. */
public final class Treatment {

  private Treatment() {}

  /**
   * Describes a front.
   *
   * @param front the front
   * @return a phrase a feature, such as "mapped by 9 knots, upper tail bent"
   */
  public static List<String> of(Front front) {
    List<Optional<MonotoneSpline>> maps = front.maps();
    return IntStream.range(0, front.d())
        .mapToObj(
            k ->
                maps.get(k)
                    .map(Treatment::of)
                    .orElse(front.scaling().constant(k) ? "constant" : "scaled"))
        .toList();
  }

  private static String of(MonotoneSpline map) {
    boolean lower = map.lowerBend() > 0;
    boolean upper = map.upperBend() > 0;
    String tails =
        lower && upper
            ? ", both tails bent"
            : lower ? ", lower tail bent" : upper ? ", upper tail bent" : "";
    return "mapped by " + map.at().length + " knots" + tails;
  }
}
