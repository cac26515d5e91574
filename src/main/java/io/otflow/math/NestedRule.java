package io.otflow.math;

/**
 * A quadrature rule on [0, 1] of a nested family, with a look at what it cannot resolve.
 *
 * @param nodes nodes, ascending
 * @param weights positive weights; they sum to 1
 * @param tail 2 × nodes, row-major: maps values at the nodes to the two Legendre coefficients that
 *     stand for the tail of the series
 */
@SuppressWarnings("ArrayRecordComponent")
public record NestedRule(double[] nodes, double[] weights, double[] tail) {

  private static final int TAIL = 2;

  /**
   * A rule with the tail coefficients aₖ and aₖ₊₁ of the shifted Legendre series. The discrete
   * transform aₖ = (2k + 1) Σⱼ wⱼ Pₖ(2tⱼ − 1) fⱼ is exact for polynomials whose degree and k + 1
   * add up to no more than the rule's degree.
   *
   * @param nodes nodes, ascending
   * @param weights their weights
   * @param k the first of the two coefficients
   * @return the rule
   */
  static NestedRule of(double[] nodes, double[] weights, int k) {
    int n = nodes.length;
    double[] tail = new double[TAIL * n];
    for (int row = 0; row < TAIL; row++) {
      for (int j = 0; j < n; j++) {
        tail[row * n + j] = (2 * (k + row) + 1) * weights[j] * legendre(k + row, 2 * nodes[j] - 1);
      }
    }
    return new NestedRule(nodes, weights, tail);
  }

  private static double legendre(int degree, double x) {
    double before = 1;
    double value = x;
    for (int k = 1; k < degree; k++) {
      double next = ((2 * k + 1) * x * value - k * before) / (k + 1);
      before = value;
      value = next;
    }
    return value;
  }

  /**
   * The sum of the sizes of the two tail coefficients.
   *
   * @param values values at the nodes, from {@code offset} on in steps of {@code stride}
   * @param offset index of the first value
   * @param stride step between values
   * @return in the units of the values
   */
  public double tailSum(double[] values, int offset, int stride) {
    int n = nodes.length;
    double sum = 0;
    for (int row = 0; row < TAIL; row++) {
      double coefficient = 0;
      for (int j = 0; j < n; j++) {
        coefficient += tail[row * n + j] * values[offset + j * stride];
      }
      sum += Math.abs(coefficient);
    }
    return sum;
  }

  /**
   * The integral over [0, 1].
   *
   * @param values values at the nodes, from {@code offset} on in steps of {@code stride}
   * @param offset index of the first value
   * @param stride step between values
   * @return Σ weight · value
   */
  public double integral(double[] values, int offset, int stride) {
    double sum = 0;
    for (int j = 0; j < nodes.length; j++) {
      sum += weights[j] * values[offset + j * stride];
    }
    return sum;
  }
}
