package io.otflow.flow;

import io.otflow.math.Dense;
import io.otflow.model.ParameterLayout;
import java.util.Arrays;

/**
 * Reverse mode through one evaluation of ∇Φ and the trace: for F = pᵀ∇ₛΦ(s) + q tr ∇ₓ²Φ(s), the
 * gradients of F with respect to s and to θ. Three sweeps, each the reverse of one of {@link
 * Potential}: trace, backward, forward. A bar names the adjoint of a quantity. Costs about three
 * evaluations; one thread at a time.
 */
final class PotentialAdjoint {

  private final Potential potential;
  private final int d;
  private final int m;
  private final int last;
  private final double h;
  private final double[] theta;
  private final ParameterLayout layout;

  private final double[][] tanhBar;
  private final double[][] zBar;
  private final double[] jacobianBar;
  private final double[] productBar;
  private final double[] uBar;
  private final double[] qBar;
  private final double[] scratch;
  private final double[] ap;
  private final double[] gradient;

  PotentialAdjoint(Potential potential) {
    this.potential = potential;
    d = potential.d;
    m = potential.m;
    last = potential.last;
    h = potential.h;
    theta = potential.theta;
    layout = potential.layout;
    tanhBar = new double[last + 1][m];
    zBar = new double[last + 2][m];
    jacobianBar = new double[m * d];
    productBar = new double[m * d];
    uBar = new double[m];
    qBar = new double[m];
    scratch = new double[m];
    ap = new double[potential.architecture.rank()];
    gradient = new double[d + 1];
  }

  /**
   * Adds the gradients of F.
   *
   * @param s the point, length d + 1
   * @param p adjoint of ∇ₛΦ, length d + 1
   * @param q adjoint of the trace
   * @param sBar d + 1 values, added to: ∂F/∂s
   * @param thetaBar added to: ∂F/∂θ
   */
  void add(double[] s, double[] p, double q, double[] sBar, double[] thetaBar) {
    potential.gradientAndTrace(s, gradient);
    for (int i = 0; i <= last; i++) {
      Arrays.fill(tanhBar[i], 0);
      Arrays.fill(zBar[i + 1], 0);
    }
    reverseTrace(q, thetaBar);
    reverseBackward(s, p, sBar, thetaBar);
    reverseForward(s, sBar, thetaBar);
  }

  private void reverseTrace(double q, double[] thetaBar) {
    Arrays.fill(jacobianBar, 0);
    for (int i = last; i >= 1; i--) {
      double[] tanh = potential.tanh[i];
      double[] product = potential.product[i];
      for (int j = 0; j < m; j++) {
        double norm = potential.squaredNorm(product, j * d);
        double inner = 0;
        double factor = 2 * q * h * potential.curvature(i, j);
        for (int k = 0; k < d; k++) {
          int e = j * d + k;
          inner += jacobianBar[e] * product[e];
          productBar[e] = factor * product[e] + h * tanh[j] * jacobianBar[e];
        }
        curvatureBar(i, j, q * h * norm);
        tanhBar[i][j] += h * inner;
      }
      Dense.addTransposed(theta, layout.weight(i), m, m, productBar, d, jacobianBar);
      Dense.addByTransposed(
          productBar, m, potential.jacobian[i - 1], m, d, thetaBar, layout.weight(i));
    }
    for (int j = 0; j < m; j++) {
      int row = layout.weight(0) + j * (d + 1);
      double norm = potential.squaredNorm(theta, row);
      double factor = 2 * q * potential.curvature(0, j);
      for (int k = 0; k < d; k++) {
        tanhBar[0][j] += jacobianBar[j * d + k] * theta[row + k];
        thetaBar[row + k] +=
            potential.tanh[0][j] * jacobianBar[j * d + k] + factor * theta[row + k];
      }
      curvatureBar(0, j, q * norm);
    }
    for (int r = 0; r < ap.length; r++) {
      int row = layout.quadratic() + r * (d + 1);
      for (int k = 0; k < d; k++) {
        thetaBar[row + k] += 2 * q * theta[row + k];
      }
    }
  }

  /** Adjoint of (1 − tanh²) z, spread onto tanh and z. */
  private void curvatureBar(int i, int j, double bar) {
    double tanh = potential.tanh[i][j];
    tanhBar[i][j] -= 2 * tanh * potential.z[i + 1][j] * bar;
    zBar[i + 1][j] += (1 - tanh * tanh) * bar;
  }

  private void reverseBackward(double[] s, double[] p, double[] sBar, double[] thetaBar) {
    int rank = ap.length;
    Dense.multiply(theta, layout.quadratic(), rank, d + 1, p, ap);
    Dense.addTransposed(theta, layout.quadratic(), rank, d + 1, 1, ap, sBar);
    Dense.addOuter(1, potential.as, rank, p, d + 1, thetaBar, layout.quadratic());
    Dense.addOuter(1, ap, rank, s, d + 1, thetaBar, layout.quadratic());
    for (int k = 0; k <= d; k++) {
      thetaBar[layout.linear() + k] += p[k];
    }
    for (int i = 0; i <= last; i++) {
      double[] upper = potential.z[i + 1];
      double[] incoming = i == 0 ? p : zBar[i];
      int columns = i == 0 ? d + 1 : m;
      double factor = i == 0 ? 1 : h;
      Potential.hadamard(potential.tanh[i], upper, scratch);
      Dense.addOuter(factor, scratch, m, incoming, columns, thetaBar, layout.weight(i));
      Dense.multiply(theta, layout.weight(i), m, columns, incoming, qBar);
      for (int j = 0; j < m; j++) {
        double bar = factor * qBar[j];
        tanhBar[i][j] += bar * upper[j];
        zBar[i + 1][j] += bar * potential.tanh[i][j] + (i == 0 ? 0 : zBar[i][j]);
      }
    }
    for (int j = 0; j < m; j++) {
      thetaBar[layout.output() + j] += zBar[last + 1][j];
    }
  }

  private void reverseForward(double[] s, double[] sBar, double[] thetaBar) {
    Arrays.fill(uBar, 0);
    for (int i = last; i >= 0; i--) {
      double[] tanh = potential.tanh[i];
      double factor = i == 0 ? 1 : h;
      for (int j = 0; j < m; j++) {
        scratch[j] = tanhBar[i][j] * (1 - tanh[j] * tanh[j]) + factor * tanh[j] * uBar[j];
        thetaBar[layout.bias(i) + j] += scratch[j];
      }
      double[] input = i == 0 ? s : potential.u[i - 1];
      int columns = i == 0 ? d + 1 : m;
      Dense.addOuter(1, scratch, m, input, columns, thetaBar, layout.weight(i));
      Dense.addTransposed(theta, layout.weight(i), m, columns, 1, scratch, i == 0 ? sBar : uBar);
    }
  }
}
