package io.otflow.math;

/**
 * Clenshaw-Curtis quadrature on [0, 1] with n + 1 nodes tⱼ = (1 − cos(πj/n))/2, n even: the
 * integral of the interpolating Chebyshev series. The nodes of n are every other node of 2n, so
 * that values are used again. Weights: Waldvogel, "Fast construction of the Fejér and
 * Clenshaw-Curtis quadrature rules", BIT 46 (2006).
 *
 * @param nodes n + 1 nodes, ascending from 0 to 1
 * @param weights n + 1 positive weights; they sum to 1
 * @param tail (n/2) × (n + 1), row-major: maps values at the nodes to the upper half of the
 *     Chebyshev coefficients, a₍n/2+1₎ … aₙ
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClenshawCurtis(double[] nodes, double[] weights, double[] tail) {

  /**
   * The rule with n + 1 nodes.
   *
   * @param n an even number, at least 2
   * @return the rule
   */
  public static ClenshawCurtis of(int n) {
    if (n < 2 || n % 2 != 0) {
      throw new IllegalArgumentException("n is " + n + ", expected an even number, at least 2");
    }
    double[] nodes = new double[n + 1];
    double[] weights = new double[n + 1];
    double[] tail = new double[n / 2 * (n + 1)];
    for (int j = 0; j <= n; j++) {
      double angle = Math.PI * j / n;
      nodes[j] = (1 - Math.cos(angle)) / 2;
      double sum = 1;
      for (int k = 1; k <= n / 2; k++) {
        double share = 2 * k == n ? 1 : 2;
        sum -= share * Math.cos(2 * k * angle) / (4.0 * k * k - 1);
      }
      double end = j == 0 || j == n ? 0.5 : 1;
      weights[j] = end * sum / n;
      for (int k = n / 2 + 1; k <= n; k++) {
        double half = k == n ? 0.5 : 1;
        tail[(k - n / 2 - 1) * (n + 1) + j] = half * end * 2.0 / n * Math.cos(k * angle);
      }
    }
    return new ClenshawCurtis(nodes, weights, tail);
  }

  /**
   * Σ |a₍k₎| over the upper half of the Chebyshev coefficients.
   *
   * @param values values at the nodes, in every {@code stride}-th element from the first
   * @param stride step between values
   * @return the sum, in the units of the values
   */
  public double tailSum(double[] values, int stride) {
    int count = nodes.length;
    double sum = 0;
    for (int k = 0; k < count / 2; k++) {
      double coefficient = 0;
      for (int j = 0; j < count; j++) {
        coefficient += tail[k * count + j] * values[j * stride];
      }
      sum += Math.abs(coefficient);
    }
    return sum;
  }

  /**
   * The integral over [0, 1].
   *
   * @param values values at the nodes, in every {@code stride}-th element from the first
   * @param stride step between values
   * @return Σ weight · value
   */
  public double integral(double[] values, int stride) {
    double sum = 0;
    for (int j = 0; j < nodes.length; j++) {
      sum += weights[j] * values[j * stride];
    }
    return sum;
  }
}
