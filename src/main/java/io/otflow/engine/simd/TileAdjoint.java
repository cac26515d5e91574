package io.otflow.engine.simd;

import io.otflow.model.Architecture;
import java.util.Arrays;

/**
 * Reverse mode through one evaluation of ∇Φ and the trace for a tile: for F = pᵀ∇ₛΦ(s) + q tr
 * ∇ₓ²Φ(s) with p and q of their own in every lane, the gradient with respect to s in every lane,
 * and with respect to θ summed over lanes. The equations are those of {@code
 * flow.PotentialAdjoint}; here the trace is reversed feature by feature, so that of the Jacobians
 * only one column is alive. A bar names the adjoint of a quantity.
 */
final class TileAdjoint {

  private static final int T = Lanes.TILE;

  /** Features whose outer products are added together, so that the sums are loaded less often. */
  private static final int SLOTS = 4;

  private final TileNetwork network;
  private final int d;
  private final int m;
  private final int last;
  private final float h;
  private final int rank;

  /** Row length of the weight gradients: m and d + 1, each padded to tiles. */
  private final int width;

  private final int inputWidth;

  /** Rows of a panel of m, padded. */
  private final int paddedRows;

  /** K₀ with its column of time, and AᵀA. */
  private final PanelMatrix first;

  private final PanelMatrix quadratic;

  /** Adjoints of Kᵢ (padded rows × padded columns), of AᵀA, of biases, b and w. */
  private final float[][] weightBar;

  private final float[] quadraticBar;
  private final float[][] biasBar;
  private final float[] linearBar;
  private final float[] outputBar;

  private final float[][] tanhBar;
  private final float[][] derivativeTimesZBar;
  private final float[][] zBar;

  /** Column k of Jᵢ for i = 0 … M−1, of Bᵢ = KᵢJᵢ₋₁ for i = 1 … M. */
  private final float[][] jacobian;

  private final float[][] product;

  /** B̄ᵢ and the transposed Jᵢ₋₁ of up to SLOTS features. */
  private final float[][] productBars;

  private final float[][] transposedJacobians;

  private final float[] jacobianBar;
  private final float[] uBar;
  private final float[] scratch;
  private final float[] transposed;
  private final float[] tanhTransposed;
  private final float[] inputTransposed;
  private final float[] firstColumns;
  private final float[] zero;
  private final float[] quadraticTraceBar = new float[T];

  TileAdjoint(TileNetwork network, Architecture architecture) {
    this.network = network;
    rank = architecture.rank();
    d = network.d;
    m = network.m;
    last = network.last;
    h = network.h;
    width = Lanes.padColumns(m);
    inputWidth = Lanes.padColumns(d + 1);
    paddedRows = Lanes.padRows(m);
    first = PanelMatrix.of(m, d + 1);
    quadratic = PanelMatrix.of(d + 1, d + 1);
    weightBar = new float[last + 1][];
    biasBar = new float[last + 1][m];
    tanhBar = new float[last + 1][];
    derivativeTimesZBar = new float[last + 1][];
    zBar = new float[last + 2][];
    jacobian = new float[last][];
    product = new float[last + 1][];
    productBars = new float[last + 1][];
    transposedJacobians = new float[last + 1][];
    for (int i = 0; i <= last; i++) {
      weightBar[i] = new float[paddedRows * (i == 0 ? inputWidth : width)];
      tanhBar[i] = Lanes.panel(m);
      zBar[i + 1] = Lanes.panel(m);
      if (i < last) {
        jacobian[i] = Lanes.panel(m);
      }
      if (i > 0) {
        derivativeTimesZBar[i] = Lanes.panel(m);
        product[i] = Lanes.panel(m);
        productBars[i] = new float[SLOTS * paddedRows * T];
        transposedJacobians[i] = new float[SLOTS * width * T];
      }
    }
    quadraticBar = new float[Lanes.padRows(d + 1) * inputWidth];
    linearBar = new float[d + 1];
    outputBar = new float[m];
    jacobianBar = Lanes.panel(m);
    uBar = Lanes.panel(m);
    scratch = Lanes.panel(m);
    transposed = new float[T * Math.max(width, inputWidth)];
    tanhTransposed = new float[T * width];
    inputTransposed = new float[T * inputWidth];
    firstColumns = new float[d * width];
    zero = new float[Math.max(paddedRows, Lanes.padRows(d + 1))];
  }

  /** Sets the gradient with respect to θ to zero and takes weights, those of the network. */
  void reset(float[] theta) {
    for (int i = 0; i <= last; i++) {
      Arrays.fill(weightBar[i], 0);
      Arrays.fill(biasBar[i], 0);
    }
    Arrays.fill(quadraticBar, 0);
    Arrays.fill(linearBar, 0);
    Arrays.fill(outputBar, 0);
    Arrays.fill(quadraticTraceBar, 0);
    first.set(theta, network.layout.weight(0), d + 1, 1);
    quadratic.set(network.quadraticForm(theta), 0, d + 1, 1);
    for (int k = 0; k < d; k++) {
      for (int j = 0; j < m; j++) {
        firstColumns[k * width + j] = network.jacobian[j * d + k];
      }
    }
  }

  /**
   * Adds the gradients of F, after {@link TileNetwork#gradient} at the same point.
   *
   * @param s panel of d + 1 rows
   * @param p adjoint of ∇ₛΦ: panel of d + 1 rows
   * @param q adjoint of the trace: one row; null where F has no trace
   * @param sBar panel of d + 1 rows, set to ∂F/∂s
   */
  void add(float[] s, float[] p, float[] q, float[] sBar) {
    for (int i = 0; i <= last; i++) {
      Arrays.fill(tanhBar[i], 0);
      Arrays.fill(zBar[i + 1], 0);
    }
    if (q != null) {
      reverseTrace(q);
    }
    reverseBackward(s, p, sBar);
    reverseForward(s, sBar);
  }

  private void reverseTrace(float[] q) {
    network.curvatures();
    for (int i = 1; i <= last; i++) {
      Arrays.fill(derivativeTimesZBar[i], 0);
    }
    OuterKernels.transpose(network.tanh(0), m, tanhTransposed, 0);
    for (int k = 0; k < d; k++) {
      int slot = k % SLOTS;
      reverseColumn(k, slot, q);
      if (slot == SLOTS - 1 || k == d - 1) {
        for (int i = 1; i <= last; i++) {
          OuterKernels.addOuter(
              productBars[i], paddedRows, transposedJacobians[i], width, slot + 1, weightBar[i]);
        }
      }
    }
    reverseFirstTerm(q);
    for (int i = 1; i <= last; i++) {
      // derivativeTimesZBar holds Σₖ Bᵢ²: the adjoint of h q (1 − tanhᵢ²) zᵢ₊₁.
      PanelOps.scaleLanes(derivativeTimesZBar[i], m, q, derivativeTimesZBar[i]);
      AdjointKernels.reverseCurvature(
          derivativeTimesZBar[i],
          h,
          network.tanh(i),
          network.derivative(i),
          network.z(i + 1),
          m,
          tanhBar[i],
          zBar[i + 1]);
    }
    PanelOps.addScaled(1f, q, T, quadraticTraceBar);
  }

  /** Feature k of the trace; its outer products are left in a slot. */
  private void reverseColumn(int k, int slot, float[] q) {
    forwardColumn(k);
    int offset = slot * paddedRows * T;
    AdjointKernels.reverseLastProduct(
        product[last],
        network.curvature(last),
        q,
        m,
        productBars[last],
        offset,
        derivativeTimesZBar[last]);
    TileNetwork.panels(network.transposed[last])
        .multiply(productBars[last], offset, zero, jacobianBar);
    transposeColumn(last, k, slot);
    for (int i = last - 1; i >= 1; i--) {
      AdjointKernels.reverseProduct(
          product[i],
          network.curvature(i),
          network.tanh(i),
          q,
          h,
          m,
          jacobianBar,
          productBars[i],
          offset,
          tanhBar[i],
          derivativeTimesZBar[i]);
      TileNetwork.panels(network.transposed[i]).multiply(productBars[i], offset, null, jacobianBar);
      transposeColumn(i, k, slot);
    }
    AdjointKernels.reverseFirstColumn(
        jacobianBar,
        network.tanh(0),
        m,
        network.jacobian,
        d,
        k,
        tanhBar[0],
        weightBar[0],
        inputWidth);
  }

  /** Columns k of J₀ … J₍M−1₎ and B₁ … B_M. */
  private void forwardColumn(int k) {
    PanelOps.scaleRows(network.tanh(0), 0, m, network.jacobian, d, k, jacobian[0]);
    for (int i = 1; i <= last; i++) {
      network.weight[i].multiply(jacobian[i - 1], zero, product[i]);
      if (i < last) {
        PanelOps.multiply(network.tanh(i), product[i], m * T, scratch);
        PanelOps.scaledSum(jacobian[i - 1], h, scratch, m * T, jacobian[i]);
      }
    }
  }

  /** Column k of Jᵢ₋₁ transposed; J₀ = diag(tanh₀) K₀ comes from the transposed tanh₀ at once. */
  private void transposeColumn(int i, int k, int slot) {
    int offset = slot * width * T;
    if (i > 1) {
      OuterKernels.transpose(jacobian[i - 1], m, transposedJacobians[i], offset);
      return;
    }
    AdjointKernels.scaleTransposed(
        tanhTransposed, firstColumns, k * width, width, transposedJacobians[i], offset);
  }

  /** t₀ = Σⱼ (1 − tanh₀²)ⱼ z₁ⱼ ‖(K₀E)ⱼ‖². */
  private void reverseFirstTerm(float[] q) {
    PanelOps.multiply(network.derivative(0), network.z(1), m * T, scratch);
    PanelOps.scaleLanes(scratch, m, q, scratch);
    for (int j = 0; j < m; j++) {
      float sum = 0;
      for (int e = 0; e < T; e++) {
        sum += scratch[j * T + e];
      }
      for (int k = 0; k < d; k++) {
        weightBar[0][j * inputWidth + k] += 2 * sum * network.jacobian[j * d + k];
      }
    }
    PanelOps.scaleLanes(network.firstNorm, m, q, scratch);
    AdjointKernels.reverseCurvature(
        scratch, 1f, network.tanh(0), network.derivative(0), network.z(1), m, tanhBar[0], zBar[1]);
  }

  private void reverseBackward(float[] s, float[] p, float[] sBar) {
    quadratic.multiply(p, zero, sBar);
    OuterKernels.transpose(p, d + 1, inputTransposed, 0);
    OuterKernels.addOuter(s, Lanes.padRows(d + 1), inputTransposed, inputWidth, 1, quadraticBar);
    OuterKernels.addLaneSums(p, d + 1, linearBar, 1, 0);
    for (int i = 0; i <= last; i++) {
      float factor = i == 0 ? 1f : h;
      float[] incoming = i == 0 ? p : zBar[i];
      float[] upper = network.z(i + 1);
      PanelOps.scaledProduct(factor, network.tanh(i), upper, m * T, scratch);
      int columns = i == 0 ? inputWidth : width;
      OuterKernels.transpose(incoming, i == 0 ? d + 1 : m, transposed, 0);
      OuterKernels.addOuter(scratch, paddedRows, transposed, columns, 1, weightBar[i]);
      (i == 0 ? first : network.weight[i]).multiply(incoming, zero, scratch);
      PanelOps.addScaledProduct(factor, scratch, upper, m * T, tanhBar[i]);
      PanelOps.addScaledProduct(factor, scratch, network.tanh(i), m * T, zBar[i + 1]);
      if (i > 0) {
        PanelOps.addScaled(1f, zBar[i], m * T, zBar[i + 1]);
      }
    }
    OuterKernels.addLaneSums(zBar[last + 1], m, outputBar, 1, 0);
  }

  private void reverseForward(float[] s, float[] sBar) {
    Arrays.fill(uBar, 0);
    for (int i = last; i >= 0; i--) {
      float factor = i == 0 ? 1f : h;
      PanelOps.multiply(tanhBar[i], network.derivative(i), m * T, scratch);
      if (i < last) {
        PanelOps.addScaledProduct(factor, network.tanh(i), uBar, m * T, scratch);
      }
      OuterKernels.addLaneSums(scratch, m, biasBar[i], 1, 0);
      float[] input = i == 0 ? s : network.u(i - 1);
      int columns = i == 0 ? inputWidth : width;
      OuterKernels.transpose(input, i == 0 ? d + 1 : m, transposed, 0);
      OuterKernels.addOuter(scratch, paddedRows, transposed, columns, 1, weightBar[i]);
      (i == 0 ? network.firstTransposed : network.transposed[i])
          .accumulate(scratch, i == 0 ? sBar : uBar);
    }
  }

  /**
   * Adds ∂F/∂θ, summed over all calls since {@link #reset}.
   *
   * @param theta the weights, for the chain from AᵀA to A
   * @param gradient as long as θ, added to
   */
  void addTo(float[] theta, double[] gradient) {
    for (int i = 0; i <= last; i++) {
      int columns = i == 0 ? d + 1 : m;
      int stride = i == 0 ? inputWidth : width;
      for (int j = 0; j < m; j++) {
        int row = network.layout.weight(i) + j * columns;
        for (int l = 0; l < columns; l++) {
          gradient[row + l] += weightBar[i][j * stride + l];
        }
        gradient[network.layout.bias(i) + j] += biasBar[i][j];
      }
    }
    for (int j = 0; j < m; j++) {
      gradient[network.layout.output() + j] += outputBar[j];
    }
    for (int k = 0; k <= d; k++) {
      gradient[network.layout.linear() + k] += linearBar[k];
    }
    addQuadratic(theta, gradient);
  }

  /** ∂/∂A = A (G + Gᵀ) + 2 q A EEᵀ, where G = Σ s pᵀ. */
  private void addQuadratic(float[] theta, double[] gradient) {
    double traceBar = 0;
    for (float value : quadraticTraceBar) {
      traceBar += value;
    }
    for (int r = 0; r < rank; r++) {
      int row = network.layout.quadratic() + r * (d + 1);
      for (int k = 0; k <= d; k++) {
        double sum = k < d ? 2 * traceBar * theta[row + k] : 0;
        for (int l = 0; l <= d; l++) {
          double symmetric =
              (double) quadraticBar[l * inputWidth + k] + quadraticBar[k * inputWidth + l];
          sum += theta[row + l] * symmetric;
        }
        gradient[row + k] += sum;
      }
    }
  }
}
