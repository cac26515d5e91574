package io.otflow.engine.simd;

import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import java.util.Arrays;

/**
 * The potential's gradient and trace for one tile of events: packed weights, built once a model,
 * and the panels of one evaluation. The equations and their names are those of {@code
 * flow.Potential}; every panel is rows × TILE. Allocates nothing after construction.
 */
final class TileNetwork {

  private static final int T = Lanes.TILE;

  final Architecture architecture;
  final ParameterLayout layout;
  final int d;
  final int m;

  /** M, the index of the last layer. */
  final int last;

  final float h;

  /** Kᵢ and Kᵢᵀ, packed. */
  final PackedMatrix[] weight;

  final PackedMatrix[] transposed;

  /** AᵀA: (d+1) × (d+1), packed, and the sum of its diagonal over x. */
  private final PackedMatrix quadratic;

  private float quadraticTrace;

  final float[][] bias;
  final float[] linear;
  final float[] output;

  /** K₀ row-major, m × (d+1). */
  final float[] first;

  /** ‖(K₀E)ⱼ‖². */
  final float[] firstNorm;

  /** tanhᵢ for i = 0 … M. */
  final float[][] tanh;

  /** 1 − tanhᵢ² for i = 0 … M. */
  final float[][] derivative;

  /** uᵢ for i = 0 … M−1. */
  final float[][] u;

  /** zᵢ for i = 1 … M+1. */
  final float[][] z;

  /** Curvatures (1 − tanhᵢ²) zᵢ₊₁, times h for i ≥ 1, for i = 0 … M. */
  final float[][] curvature;

  private final float[] scratch;
  private final float[] column;
  private final float[] product;

  TileNetwork(Architecture architecture) {
    this.architecture = architecture;
    layout = architecture.layout();
    d = architecture.d();
    m = architecture.m();
    last = architecture.layers() - 1;
    h = (float) architecture.residualStep();
    weight = new PackedMatrix[last + 1];
    transposed = new PackedMatrix[last + 1];
    bias = new float[last + 1][m];
    tanh = new float[last + 1][];
    derivative = new float[last + 1][];
    u = new float[last][];
    z = new float[last + 2][];
    curvature = new float[last + 1][];
    for (int i = 0; i <= last; i++) {
      int columns = i == 0 ? d + 1 : m;
      weight[i] = new PackedMatrix(m, columns);
      transposed[i] = new PackedMatrix(columns, m);
      tanh[i] = Lanes.panel(m);
      derivative[i] = Lanes.panel(m);
      z[i + 1] = Lanes.panel(m);
      curvature[i] = Lanes.panel(m);
      if (i < last) {
        u[i] = Lanes.panel(m);
      }
    }
    quadratic = new PackedMatrix(d + 1, d + 1);
    linear = new float[d + 1];
    output = new float[m];
    first = new float[m * (d + 1)];
    firstNorm = new float[m];
    scratch = Lanes.panel(m);
    column = Lanes.panel(m);
    product = Lanes.panel(m);
  }

  /** Takes weights: θ in the order of {@link ParameterLayout}. */
  void load(float[] theta) {
    for (int i = 0; i <= last; i++) {
      weight[i].set(theta, layout.weight(i));
      transposed[i].setTransposed(theta, layout.weight(i));
      System.arraycopy(theta, layout.bias(i), bias[i], 0, m);
    }
    System.arraycopy(theta, layout.linear(), linear, 0, d + 1);
    System.arraycopy(theta, layout.output(), output, 0, m);
    System.arraycopy(theta, layout.weight(0), first, 0, first.length);
    for (int j = 0; j < m; j++) {
      double norm = 0;
      for (int k = 0; k < d; k++) {
        double value = first[j * (d + 1) + k];
        norm += value * value;
      }
      firstNorm[j] = (float) norm;
    }
    float[] square = new float[(d + 1) * (d + 1)];
    double trace = 0;
    for (int k = 0; k <= d; k++) {
      for (int l = 0; l <= d; l++) {
        double sum = 0;
        for (int r = 0; r < architecture.rank(); r++) {
          int row = layout.quadratic() + r * (d + 1);
          sum += (double) theta[row + k] * theta[row + l];
        }
        square[k * (d + 1) + l] = (float) sum;
        trace += k == l && k < d ? sum : 0;
      }
    }
    quadratic.set(square, 0);
    quadraticTrace = (float) trace;
  }

  /**
   * ∇ₛΦ of a tile.
   *
   * @param s panel of d + 1 rows: features, then the time
   * @param gradient panel of d + 1 rows, padded
   */
  void gradient(float[] s, float[] gradient) {
    forward(s);
    backward();
    PanelOps.multiply(tanh[0], z[1], m * T, scratch);
    PanelOps.fillRows(linear, d + 1, gradient);
    PanelKernels.multiply(transposed[0], scratch, 1f, true, gradient);
    PanelKernels.multiply(quadratic, s, 1f, true, gradient);
  }

  /** out = AᵀA p: panels of d + 1 rows. */
  void multiplyQuadratic(float[] p, float[] out) {
    PanelKernels.multiply(quadratic, p, 1f, false, out);
  }

  /** Fills tanh, derivative and u. */
  void forward(float[] s) {
    for (int i = 0; i <= last; i++) {
      PanelKernels.multiply(weight[i], i == 0 ? s : u[i - 1], 1f, false, tanh[i]);
      float[] base = i == 0 ? null : u[i - 1];
      ActivationKernel.apply(
          tanh[i], m, bias[i], derivative[i], base, i == 0 ? 1f : h, i < last ? u[i] : null);
    }
  }

  /** Fills z. */
  void backward() {
    PanelOps.fillRows(output, m, z[last + 1]);
    for (int i = last; i >= 1; i--) {
      PanelOps.multiply(tanh[i], z[i + 1], m * T, scratch);
      System.arraycopy(z[i + 1], 0, z[i], 0, m * T);
      PanelKernels.multiply(transposed[i], scratch, h, true, z[i]);
    }
  }

  /** Fills curvature, from derivative and z. */
  void curvatures() {
    for (int i = 0; i <= last; i++) {
      PanelOps.scaledProduct(i == 0 ? 1f : h, derivative[i], z[i + 1], m * T, curvature[i]);
    }
  }

  /**
   * tr ∇ₓ²Φ of the tile of the last forward and backward.
   *
   * @param trace one row of TILE
   */
  void trace(float[] trace) {
    curvatures();
    Arrays.fill(trace, 0, T, quadraticTrace);
    PanelOps.addWeightedRows(curvature[0], m, firstNorm, trace);
    for (int k = 0; k < d; k++) {
      PanelOps.scaleRows(tanh[0], m, first, d + 1, k, column);
      for (int i = 1; i < last; i++) {
        PanelKernels.multiply(weight[i], column, 1f, false, product);
        addSquares(product, curvature[i], trace);
        PanelOps.multiply(tanh[i], product, m * T, product);
        PanelOps.addScaled(h, product, m * T, column);
      }
      PanelKernels.addWeightedSquares(weight[last], column, curvature[last], trace);
    }
  }

  private void addSquares(float[] a, float[] g, float[] sum) {
    PanelOps.multiply(a, a, m * T, scratch);
    for (int j = 0; j < m; j++) {
      for (int e = 0; e < T; e++) {
        sum[e] += scratch[j * T + e] * g[j * T + e];
      }
    }
  }
}
