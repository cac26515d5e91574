package io.otflow.flow;

import io.otflow.math.Dense;
import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;

/**
 * The potential Φ(s) = wᵀN(s) + ½ sᵀAᵀA s + bᵀs + c, its gradient, and the exact trace of its
 * Hessian in x, at one point s = (x, t).
 *
 * <p>N is a residual network: u₀ = σ(K₀s + b₀), uᵢ = uᵢ₋₁ + hσ(Kᵢuᵢ₋₁ + bᵢ), i = 1 … M, with σ(a) =
 * log(eᵃ + e⁻ᵃ), σ' = tanh. The gradient costs O(m²M + md), the trace O(m²dM). An instance owns its
 * work space: one thread at a time.
 */
public final class Potential {

  final Architecture architecture;
  final ParameterLayout layout;
  final double[] theta;
  final int d;
  final int m;

  /** M, the index of the last layer. */
  final int last;

  /** Residual step. */
  final double h;

  /** tanh(Kᵢuᵢ₋₁ + bᵢ) for i = 0 … M: (M+1) rows of m. */
  final double[][] tanh;

  /** uᵢ for i = 0 … M. */
  final double[][] u;

  /** zᵢ for i = 1 … M+1; z₀ is part of the gradient. */
  final double[][] z;

  /** Jᵢ for i = 0 … M−1: m × d. */
  final double[][] jacobian;

  /** Bᵢ = Kᵢ Jᵢ₋₁ for i = 1 … M: m × d. */
  final double[][] product;

  /** A s: rank. */
  final double[] as;

  private final double[] preactivation;
  private final double[] scratch;

  /**
   * A potential.
   *
   * @param architecture its shape
   * @param theta its weights in the order of {@link ParameterLayout}; not copied
   */
  public Potential(Architecture architecture, double[] theta) {
    this.architecture = architecture;
    this.layout = architecture.layout();
    if (theta.length != layout.size()) {
      throw new IllegalArgumentException(
          "theta has length "
              + theta.length
              + ", expected "
              + layout.size()
              + " for "
              + architecture);
    }
    this.theta = theta;
    d = architecture.d();
    m = architecture.m();
    last = architecture.layers() - 1;
    h = architecture.residualStep();
    tanh = new double[last + 1][m];
    u = new double[last + 1][m];
    z = new double[last + 2][m];
    jacobian = new double[last][m * d];
    product = new double[last + 1][m * d];
    as = new double[architecture.rank()];
    preactivation = new double[m];
    scratch = new double[m];
  }

  /**
   * σ(a) = log(eᵃ + e⁻ᵃ) = |a| + log(1 + e^(−2|a|)), the antiderivative of tanh.
   *
   * @param a any number
   * @return σ(a)
   */
  static double sigma(double a) {
    double magnitude = Math.abs(a);
    return magnitude + Math.log1p(Math.exp(-2 * magnitude));
  }

  /**
   * Φ(s).
   *
   * @param s length d + 1
   * @return the potential
   */
  public double value(double[] s) {
    forward(s);
    double sum = theta[layout.constant()];
    for (int j = 0; j < m; j++) {
      sum += theta[layout.output() + j] * u[last][j];
    }
    for (double value : as) {
      sum += 0.5 * value * value;
    }
    for (int k = 0; k <= d; k++) {
      sum += theta[layout.linear() + k] * s[k];
    }
    return sum;
  }

  /**
   * ∇ₛΦ = z₀ + AᵀA s + b.
   *
   * @param s length d + 1
   * @param gradient receives d + 1 values: ∇ₓΦ, then ∂ₜΦ
   */
  public void gradient(double[] s, double[] gradient) {
    forward(s);
    backward(gradient);
  }

  /**
   * ∇ₛΦ and tr ∇ₓ²Φ.
   *
   * @param s length d + 1
   * @param gradient receives d + 1 values: ∇ₓΦ, then ∂ₜΦ
   * @return the trace of the Hessian in x
   */
  public double gradientAndTrace(double[] s, double[] gradient) {
    forward(s);
    backward(gradient);
    return trace();
  }

  /** Fills u, tanh and As. */
  private void forward(double[] s) {
    for (int i = 0; i <= last; i++) {
      int columns = i == 0 ? d + 1 : m;
      double[] input = i == 0 ? s : u[i - 1];
      Dense.affine(
          theta, layout.weight(i), m, columns, input, theta, layout.bias(i), preactivation);
      for (int j = 0; j < m; j++) {
        tanh[i][j] = Math.tanh(preactivation[j]);
        double sigma = sigma(preactivation[j]);
        u[i][j] = i == 0 ? sigma : u[i - 1][j] + h * sigma;
      }
    }
    Dense.multiply(theta, layout.quadratic(), architecture.rank(), d + 1, s, as);
  }

  /** zᵢ = zᵢ₊₁ + h Kᵢᵀ(tanhᵢ ⊙ zᵢ₊₁), from z₍M+1₎ = w; z₀ = K₀ᵀ(tanh₀ ⊙ z₁). */
  private void backward(double[] gradient) {
    System.arraycopy(theta, layout.output(), z[last + 1], 0, m);
    for (int i = last; i >= 1; i--) {
      hadamard(tanh[i], z[i + 1], scratch);
      System.arraycopy(z[i + 1], 0, z[i], 0, m);
      Dense.addTransposed(theta, layout.weight(i), m, m, h, scratch, z[i]);
    }
    hadamard(tanh[0], z[1], scratch);
    System.arraycopy(theta, layout.linear(), gradient, 0, d + 1);
    Dense.addTransposed(theta, layout.weight(0), m, d + 1, 1, scratch, gradient);
    Dense.addTransposed(theta, layout.quadratic(), architecture.rank(), d + 1, 1, as, gradient);
  }

  /**
   * t₀ + h Σ tᵢ + tr(EᵀAᵀAE), with t₀ = Σⱼ (1 − tanh₀²)ⱼ z₁ⱼ ‖(K₀E)ⱼ‖² and tᵢ = Σⱼ (1 − tanhᵢ²)ⱼ
   * zᵢ₊₁,ⱼ ‖(KᵢJᵢ₋₁)ⱼ‖², where J₀ = diag(tanh₀) K₀E and Jᵢ = Jᵢ₋₁ + h diag(tanhᵢ) Kᵢ Jᵢ₋₁. E drops
   * the time column.
   */
  private double trace() {
    double trace = 0;
    for (int j = 0; j < m; j++) {
      int row = layout.weight(0) + j * (d + 1);
      double norm = 0;
      for (int k = 0; k < d; k++) {
        double weight = theta[row + k];
        norm += weight * weight;
        jacobian[0][j * d + k] = tanh[0][j] * weight;
      }
      trace += curvature(0, j) * norm;
    }
    for (int i = 1; i <= last; i++) {
      Dense.multiply(theta, layout.weight(i), m, m, jacobian[i - 1], d, product[i]);
      for (int j = 0; j < m; j++) {
        trace += h * curvature(i, j) * squaredNorm(product[i], j * d);
      }
      if (i < last) {
        for (int j = 0, p = 0; j < m; j++) {
          for (int k = 0; k < d; k++, p++) {
            jacobian[i][p] = jacobian[i - 1][p] + h * tanh[i][j] * product[i][p];
          }
        }
      }
    }
    for (int r = 0; r < architecture.rank(); r++) {
      trace += squaredNorm(theta, layout.quadratic() + r * (d + 1));
    }
    return trace;
  }

  /** (1 − tanhᵢ²)ⱼ zᵢ₊₁,ⱼ. */
  double curvature(int i, int j) {
    return (1 - tanh[i][j] * tanh[i][j]) * z[i + 1][j];
  }

  /** Sum of squares of d elements. */
  double squaredNorm(double[] a, int offset) {
    double sum = 0;
    for (int k = 0; k < d; k++) {
      sum += a[offset + k] * a[offset + k];
    }
    return sum;
  }

  static void hadamard(double[] a, double[] b, double[] product) {
    for (int j = 0; j < product.length; j++) {
      product[j] = a[j] * b[j];
    }
  }
}
