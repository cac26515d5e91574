package io.otflow.engine.simd;

import io.otflow.model.Architecture;

/**
 * A network for one event: lanes are units, and in the trace features, so that none is idle where
 * there is no tile of events to fill. Gives the same bits as {@link TileNetwork}.
 */
final class EventNetwork extends Network {

  private static final int L = Lanes.LENGTH;

  /** Row length of the Jacobian: features, padded to whole vectors. */
  private final int stride;

  /** Kᵢ for i ≥ 1, as the trace reads it. */
  private final PackedMatrix[] traceWeight;

  /** K₀E, m × stride. */
  private final float[] firstJacobian;

  /** Jᵢ, m × stride. */
  private final float[] featureJacobian;

  /** Bᵢ, m × stride, padded. */
  private final float[] product;

  /** Σⱼ of feature k in layer i, at [i][k]. */
  private final float[][] sums;

  EventNetwork(Architecture architecture, int gradientRows) {
    super(architecture, gradientRows);
    stride = (Math.min(d, m) + L - 1) / L * L;
    traceWeight = new PackedMatrix[last + 1];
    for (int i = 1; i <= last; i++) {
      traceWeight[i] = new PackedMatrix(m, m);
    }
    firstJacobian = new float[m * stride];
    featureJacobian = new float[m * stride];
    product = new float[last > 1 ? Lanes.padRows(m) * stride : 0];
    sums = new float[last + 1][stride];
  }

  @Override
  int width() {
    return 1;
  }

  @Override
  int floats(int n) {
    return Lanes.padColumns(n);
  }

  @Override
  float[] rows(int n) {
    return new float[Lanes.padColumns(n)];
  }

  @Override
  ColumnMatrix matrix(int rows, int columns) {
    return new ColumnMatrix(rows, columns);
  }

  @Override
  void spread(float[] value, int n, float[] out) {
    System.arraycopy(value, 0, out, 0, n);
  }

  @Override
  void load(float[] theta, boolean rotate) {
    if (!rotate) {
      throw new IllegalArgumentException("an event's network reads the trapezoidal factor only");
    }
    super.load(theta, true);
    for (int i = 1; i <= last; i++) {
      traceWeight[i].set(theta, layout.weight(i), m, 1);
    }
    for (int j = 0; j < m; j++) {
      System.arraycopy(jacobian, j * d, firstJacobian, j * stride, columns);
    }
  }

  @Override
  void weightedSum(float[] a, float[] b, float[] factor, float[] sum) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int j = 0; j < Lanes.padRows(m); j += PARTIAL_SUMS) {
      s0 = Math.fma(a[j] * b[j], factor[j], s0);
      s1 = Math.fma(a[j + 1] * b[j + 1], factor[j + 1], s1);
      s2 = Math.fma(a[j + 2] * b[j + 2], factor[j + 2], s2);
      s3 = Math.fma(a[j + 3] * b[j + 3], factor[j + 3], s3);
    }
    sum[0] = (s0 + s1) + (s2 + s3);
  }

  @Override
  void addLayerTraces(float[] trace) {
    VectorKernels.scaleRows(firstJacobian, tanh[0], m, stride, featureJacobian);
    for (int i = 1; i < last; i++) {
      VectorKernels.product(traceWeight[i], featureJacobian, stride, product);
      VectorKernels.weightedSquares(product, curvature[i], m, stride, sums[i]);
      VectorKernels.addScaledRows(h, tanh[i], product, m, stride, featureJacobian);
    }
    VectorKernels.weightedSquares(
        traceWeight[last], featureJacobian, last == 1, stride, curvature[last], sums[last]);
    float sum = trace[0];
    for (int k = 0; k < columns; k++) {
      for (int i = 1; i <= last; i++) {
        sum += sums[i][k];
      }
    }
    trace[0] = sum;
  }
}
