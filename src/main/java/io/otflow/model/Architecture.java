package io.otflow.model;

/**
 * The shape of a potential Φ.
 *
 * @param d number of features, at least 1
 * @param m width of the network, at least 1
 * @param layers layers of the network, at least 2
 * @param rank rows of the matrix A of the quadratic term ½ sᵀAᵀA s, between 1 and d + 1
 */
public record Architecture(int d, int m, int layers, int rank) {

  /** The largest rank that is chosen by default, as in the published program. */
  public static final int DEFAULT_MAX_RANK = 10;

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if a dimension is out of its range
   */
  public Architecture {
    require(d >= 1, "d", d, "at least 1");
    require(m >= 1, "m", m, "at least 1");
    require(layers >= 2, "layers", layers, "at least 2");
    require(rank >= 1 && rank <= d + 1, "rank", rank, "between 1 and d + 1 = " + (d + 1));
    long count = count(d, m, layers, rank);
    require(count <= Integer.MAX_VALUE / 8, "number of parameters", count, "under 2^28");
  }

  /**
   * The number of parameters, at no cost.
   *
   * @return the length of θ
   */
  public long parameterCount() {
    return count(d, m, layers, rank);
  }

  private static long count(int d, int m, int layers, int rank) {
    // In double, which does not wrap around for absurd shapes and is exact for all others.
    double n = d + 1.0;
    return (long) (rank * n + n + 1 + 2.0 * m + m * n + (layers - 1.0) * m * (m + 1.0));
  }

  /**
   * The shape with the rank that the published program chooses, min(10, d + 1).
   *
   * @param d number of features
   * @param m width of the network
   * @param layers layers of the network
   * @return the shape
   */
  public static Architecture of(int d, int m, int layers) {
    return new Architecture(d, m, layers, Math.min(DEFAULT_MAX_RANK, d + 1));
  }

  /**
   * The step h = 1/(layers − 1) of the residual network.
   *
   * @return h
   */
  public double residualStep() {
    return 1.0 / (layers - 1);
  }

  /**
   * Where each weight tensor lies in the flat parameter array.
   *
   * @return the layout
   */
  public ParameterLayout layout() {
    return new ParameterLayout(this);
  }

  private static void require(boolean holds, String name, long value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }
}
