package io.otflow.train;

import io.otflow.math.ChiSquare;
import io.otflow.model.MonotoneSpline;
import java.util.Arrays;
import java.util.Optional;

/**
 * Monotone maps of single features that bring their values to the standard normal distribution.
 * Knots are quantiles of the values, at equal steps of the normal quantile between {@value #LOWEST}
 * and its complement; the tails are those under which the values beyond are likeliest. A feature is
 * mapped only if values that the map was not fitted to are likelier by it.
 */
final class FeatureMaps {

  /** Quantile of the first knot; beyond it there is only a tail. */
  private static final double LOWEST = 0.05;

  /** Knots that are tried: enough for a skew and for tails; heaps are the flow's. */
  private static final int[] KNOTS = {3, 5};

  /** Values a piece at least. */
  private static final int ROWS_PER_KNOT = 20;

  /** Bends of a tail that are tried. */
  private static final double[] BENDS = {0, 0.1, 0.3, 1, 3, 10};

  /** Nats that a bent tail must gain, one a parameter as Akaike has it, and one more. */
  private static final double BEND_PRICE = 2;

  /** Nats that a map must gain on values it was not fitted to, in standard errors. */
  private static final double ERRORS = 1;

  /** Pieces are at least as wide, in scaled units, and values of a tail as far from its knot. */
  private static final double LEAST_WIDTH = 1e-6;

  private FeatureMaps() {}

  /**
   * The map of a feature.
   *
   * @param values scaled values in random order; not changed
   * @return the map; empty where the feature had better stay as it is
   */
  static Optional<MonotoneSpline> of(double[] values) {
    double[] even = half(values, 0);
    double[] odd = half(values, 1);
    int best = 0;
    double most = 0;
    for (int knots : KNOTS) {
      if (even.length / knots < ROWS_PER_KNOT) {
        break;
      }
      Optional<MonotoneSpline> one = fit(even, knots);
      Optional<MonotoneSpline> other = fit(odd, knots);
      if (one.isEmpty() || other.isEmpty()) {
        break;
      }
      double gain = gain(one.get(), even, odd) + gain(other.get(), odd, even);
      if (gain > most) {
        most = gain;
        best = knots;
      }
    }
    return best == 0 ? Optional.empty() : fit(values, best);
  }

  /**
   * The map of a feature with as many knots as an earlier one.
   *
   * @param values scaled values; not changed
   * @param earlier the earlier one
   * @return the map; the earlier one where the values do not tell
   */
  static MonotoneSpline like(double[] values, MonotoneSpline earlier) {
    return fit(values, earlier.at().length).orElse(earlier);
  }

  private static double[] half(double[] values, int which) {
    double[] half = new double[(values.length - which + 1) / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = values[2 * i + which];
    }
    return half;
  }

  /** Nats by which a map does better than the normal distribution, less its error. */
  private static double gain(MonotoneSpline map, double[] fitted, double[] unseen) {
    double mean = Arrays.stream(fitted).average().orElseThrow();
    double variance =
        Arrays.stream(fitted).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double sum = 0;
    double squares = 0;
    for (double v : unseen) {
      double y = map.apply(v);
      double nats =
          Math.log(map.derivative(v))
              - 0.5 * y * y
              + 0.5 * (v - mean) * (v - mean) / variance
              + 0.5 * Math.log(variance);
      sum += nats;
      squares += nats * nats;
    }
    return sum - ERRORS * Math.sqrt(squares);
  }

  private static Optional<MonotoneSpline> fit(double[] values, int knots) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] at = new double[knots];
    double[] value = new double[knots];
    double end = normalQuantile(LOWEST);
    int n = 0;
    for (int i = 0; i < knots; i++) {
      double score = end * (1 - 2.0 * i / (knots - 1));
      double x = quantile(sorted, normalShare(score));
      if (n == 0 || x - at[n - 1] > LEAST_WIDTH) {
        at[n] = x;
        value[n++] = score;
      }
    }
    return n < 2 ? Optional.empty() : Optional.of(spline(sorted, at, value, n));
  }

  private static MonotoneSpline spline(double[] sorted, double[] at, double[] value, int n) {
    Tail lower = Tail.of(sorted, at[0], -value[0], true);
    Tail upper = Tail.of(sorted, at[n - 1], value[n - 1], false);
    double[] slope = new double[n];
    slope[0] = lower.slope();
    slope[n - 1] = upper.slope();
    for (int i = 1; i < n - 1; i++) {
      double left = (value[i] - value[i - 1]) / (at[i] - at[i - 1]);
      double right = (value[i + 1] - value[i]) / (at[i + 1] - at[i]);
      slope[i] = Math.sqrt(left * right);
    }
    return new MonotoneSpline(
        Arrays.copyOf(at, n), Arrays.copyOf(value, n), slope, lower.bend(), upper.bend());
  }

  /** The quantile of sorted values, between two of them on the line. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int i = (int) Math.min(sorted.length - 2, Math.floor(place));
    return sorted[i] + (place - i) * (sorted[i + 1] - sorted[i]);
  }

  /** z with P(Z &lt; z) = share for a standard normal Z, 0 &lt; share &lt; 0.5. */
  private static double normalQuantile(double share) {
    return -Math.sqrt(new ChiSquare(1).quantile(Math.log(2 * share)));
  }

  /** P(Z &lt; z) for a standard normal Z. */
  private static double normalShare(double z) {
    double half = 0.5 * Math.exp(new ChiSquare(1).logSurvival(z * z));
    return z > 0 ? 1 - half : half;
  }

  /**
   * What lies beyond an end knot.
   *
   * @param slope of the map at the knot
   * @param bend of its logarithm
   */
  private record Tail(double slope, double bend) {

    /** Values beyond, at least, without which the slope is that of the normal distribution. */
    private static final int LEAST = 3;

    /**
     * The likeliest tail.
     *
     * @param sorted all values
     * @param knot where it starts
     * @param distance |value of the map| there
     * @param below whether it is the lower one
     */
    static Tail of(double[] sorted, double knot, double distance, boolean below) {
      double[] beyond =
          Arrays.stream(sorted)
              .map(v -> below ? knot - v : v - knot)
              .filter(u -> u > LEAST_WIDTH)
              .toArray();
      if (beyond.length < LEAST) {
        return new Tail(1, 0);
      }
      double scale = Arrays.stream(beyond).average().orElseThrow();
      Tail best = null;
      double most = Double.NEGATIVE_INFINITY;
      for (double bend : BENDS) {
        double b = bend / scale;
        double slope = slope(beyond, distance, b);
        double nats = -(bend > 0 ? BEND_PRICE : 0);
        for (double u : beyond) {
          double y = distance + slope * gone(u, b);
          nats += Math.log(slope) - Math.log1p(b * u) - 0.5 * y * y;
        }
        if (nats > most) {
          most = nats;
          best = new Tail(slope, b);
        }
      }
      return best;
    }

    /** The likeliest slope: the root of s²·Σv² + s·distance·Σv = n. */
    private static double slope(double[] beyond, double distance, double bend) {
      double sum = 0;
      double squares = 0;
      for (double u : beyond) {
        double v = gone(u, bend);
        sum += v;
        squares += v * v;
      }
      double half = distance * sum;
      return (-half + Math.sqrt(half * half + 4 * squares * beyond.length)) / (2 * squares);
    }

    private static double gone(double u, double bend) {
      return bend == 0 ? u : Math.log1p(bend * u) / bend;
    }
  }
}
