package io.otflow.train;

import io.otflow.model.Whitening;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A feature that others before it nearly determine: a copy, or a linear combination. What it alone
 * may do is little, so that the smallest step out of line is a great surprise.
 *
 * @param feature the feature's name
 * @param from names of those that it follows, the one that weighs most first
 * @param spread share of its own spread that is left once they are known
 */
public record Follower(String feature, List<String> from, double spread) {

  /** Share of its spread under which a feature follows: the others explain 99 % of its variance. */
  private static final double MOST_SPREAD = 0.1;

  /** Of the largest weight, what a feature must weigh to be named. */
  private static final double NAMED = 0.2;

  /**
   * Looks at a whitening: row j of W has in 1/Wⱼⱼ what is left of feature j once those before it
   * are known, and in −Wⱼₖ/Wⱼⱼ how much of each it is.
   *
   * @param names the d features
   * @param whitening of features with variances near 1
   * @return what was found; O(d²)
   */
  static List<Follower> of(List<String> names, Whitening whitening) {
    double[] w = whitening.w();
    List<Follower> found = new ArrayList<>();
    for (int j = 1; j < names.size(); j++) {
      int row = j * (j + 1) / 2;
      double spread = 1 / w[row + j];
      if (spread < MOST_SPREAD) {
        double largest =
            IntStream.range(row, row + j).mapToDouble(p -> Math.abs(w[p])).max().orElseThrow();
        List<String> from =
            IntStream.range(0, j)
                .filter(k -> Math.abs(w[row + k]) > NAMED * largest)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -Math.abs(w[row + k])))
                .map(names::get)
                .toList();
        found.add(new Follower(names.get(j), from, spread));
      }
    }
    return found;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "feature '%s' follows from %s to within %.1g of its spread",
        feature,
        String.join(", ", from),
        spread);
  }
}
