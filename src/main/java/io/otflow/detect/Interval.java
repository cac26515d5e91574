package io.otflow.detect;

/**
 * An interval that holds a quantity in 95 of 100 cases.
 *
 * @param low its lower end; NaN where nothing is known
 * @param high its upper end; NaN where nothing is known
 */
public record Interval(double low, double high) {

  /** The interval of a quantity of which nothing is known. */
  public static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN);

  /** The 0.975 quantile of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * The score interval of a share (Wilson 1927): the shares p with |hits/of − p| ≤ z √(p(1 −
   * p)/of). It stays within [0, 1] and holds for few cases too.
   *
   * @param hits cases that count, at most {@code of}
   * @param of all cases
   * @return the interval of the share; unknown without cases
   */
  public static Interval ofShare(int hits, int of) {
    if (of == 0) {
      return UNKNOWN;
    }
    double square = Z * Z / of;
    double share = (double) hits / of;
    double middle = (share + square / 2) / (1 + square);
    double half = Z / (1 + square) * Math.sqrt(share * (1 - share) / of + square / (4.0 * of));
    return new Interval(
        hits == 0 ? 0 : Math.max(0, middle - half), hits == of ? 1 : Math.min(1, middle + half));
  }

  /**
   * Whether it is known.
   *
   * @return false for {@link #UNKNOWN}
   */
  public boolean known() {
    return !Double.isNaN(low);
  }
}
