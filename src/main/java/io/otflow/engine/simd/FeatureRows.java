package io.otflow.engine.simd;

/**
 * The trace of one event where there are many vector registers: up to three vectors of features go
 * through a layer at once, so that no more of a vector is idle than features leave.
 */
final class FeatureRows implements EventTrace {

  private static final int L = Lanes.LENGTH;

  private final EventNetwork network;
  private final int m;
  private final int last;

  /** Row length of the Jacobian: features, padded to whole vectors. */
  private final int stride;

  /** Kᵢ for i ≥ 1. */
  private final PackedMatrix[] weight;

  /** K₀E, m × stride. */
  private final float[] firstJacobian;

  /** Jᵢ, m × stride. */
  private final float[] jacobian;

  /** Bᵢ, m × stride, padded. */
  private final float[] product;

  /** Σⱼ of feature k in layer i, at [i][k]. */
  private final float[][] sums;

  FeatureRows(EventNetwork network) {
    this.network = network;
    m = network.m;
    last = network.last;
    stride = (Math.min(network.d, m) + L - 1) / L * L;
    weight = new PackedMatrix[last + 1];
    for (int i = 1; i <= last; i++) {
      weight[i] = new PackedMatrix(m, m);
    }
    firstJacobian = new float[m * stride];
    jacobian = new float[m * stride];
    product = new float[last > 1 ? Lanes.padRows(m) * stride : 0];
    sums = new float[last + 1][stride];
  }

  @Override
  public void load(float[] theta) {
    for (int i = 1; i <= last; i++) {
      weight[i].set(theta, network.layout.weight(i), m, 1);
    }
    for (int j = 0; j < m; j++) {
      System.arraycopy(network.jacobian, j * network.d, firstJacobian, j * stride, network.columns);
    }
  }

  @Override
  public void addTo(float[] trace) {
    FeatureKernels.scaleRows(firstJacobian, network.tanh(0), m, stride, jacobian);
    for (int i = 1; i < last; i++) {
      FeatureKernels.product(weight[i], jacobian, stride, product);
      FeatureKernels.weightedSquares(product, network.curvature(i), m, stride, sums[i]);
      FeatureKernels.addScaledRows(network.h, network.tanh(i), product, m, stride, jacobian);
    }
    FeatureKernels.weightedSquares(
        weight[last], jacobian, last == 1, stride, network.curvature(last), sums[last]);
    float sum = trace[0];
    for (int k = 0; k < network.columns; k++) {
      for (int i = 1; i <= last; i++) {
        sum += sums[i][k];
      }
    }
    trace[0] = sum;
  }
}
