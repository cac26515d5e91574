package io.otflow.math;

/**
 * Gauss-Legendre quadrature on [0, 1], exact for polynomials of degree 2n − 1. Nodes by Newton's
 * method on the Legendre recurrence, from Tricomi's first guess, to rounding.
 *
 * @param nodes n nodes, ascending, inside (0, 1)
 * @param weights n positive weights; they sum to 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record GaussLegendre(double[] nodes, double[] weights) {

  /**
   * The rule with n nodes.
   *
   * @param n number of nodes, at least 1
   * @return the rule
   */
  public static GaussLegendre of(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("nodes is " + n + ", expected at least 1");
    }
    double[] nodes = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 0;
      for (int iteration = 0; iteration < 100; iteration++) {
        double before = 1;
        double value = x;
        for (int k = 2; k <= n; k++) {
          double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
          before = value;
          value = next;
        }
        slope = n * (x * value - before) / (x * x - 1);
        double change = value / slope;
        x -= change;
        if (Math.abs(change) < 1e-16) {
          break;
        }
      }
      nodes[n - 1 - i] = (1 + x) / 2;
      weights[n - 1 - i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new GaussLegendre(nodes, weights);
  }
}
