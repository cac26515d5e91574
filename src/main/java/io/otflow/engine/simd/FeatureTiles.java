package io.otflow.engine.simd;

import java.util.Arrays;

/**
 * The trace of one event where there are few vector registers: features take the place of a tile's
 * events, and so the kernels of {@link TileNetwork}.
 */
final class FeatureTiles implements EventTrace {

  private static final int T = Lanes.TILE;

  private final EventNetwork network;
  private final int m;
  private final int last;
  private final int tiles;

  /** Kᵢ for i ≥ 1. */
  private final PanelMatrix[] weight;

  /** K₀E, a panel for each tile of features. */
  private final float[][] firstJacobian;

  /** tanhᵢ in every lane, for i = 0 … M−1. */
  private final float[][] tanh;

  /** Curvatures in every lane, for i = 1 … M. */
  private final float[][] curvature;

  private final float[] jacobian;
  private final float[] product;

  /** Σⱼ of a tile's feature k in layer i, at [i][k]. */
  private final float[][] sums;

  FeatureTiles(EventNetwork network) {
    this.network = network;
    m = network.m;
    last = network.last;
    tiles = (Math.min(network.d, m) + T - 1) / T;
    weight = new PanelMatrix[last + 1];
    tanh = new float[last][];
    curvature = new float[last + 1][];
    for (int i = 0; i <= last; i++) {
      if (i < last) {
        tanh[i] = Lanes.panel(m);
      }
      if (i > 0) {
        weight[i] = PanelMatrix.of(m, m);
        curvature[i] = Lanes.panel(m);
      }
    }
    firstJacobian = new float[tiles][];
    Arrays.setAll(firstJacobian, tile -> Lanes.panel(m));
    jacobian = Lanes.panel(m);
    product = Lanes.panel(m);
    sums = new float[last + 1][T];
  }

  @Override
  public void load(float[] theta) {
    for (int i = 1; i <= last; i++) {
      weight[i].set(theta, network.layout.weight(i), m, 1);
    }
    for (int k = 0; k < network.columns; k++) {
      for (int j = 0; j < m; j++) {
        firstJacobian[k / T][j * T + k % T] = network.jacobian[j * network.d + k];
      }
    }
  }

  @Override
  public void addTo(float[] trace) {
    for (int i = 0; i < last; i++) {
      PanelOps.fillRows(network.tanh(i), m, tanh[i]);
      PanelOps.fillRows(network.curvature(i + 1), m, curvature[i + 1]);
    }
    float sum = trace[0];
    for (int tile = 0; tile < tiles; tile++) {
      addTile(tile);
      for (int k = 0; k < Math.min(T, network.columns - tile * T); k++) {
        for (int i = 1; i <= last; i++) {
          sum += sums[i][k];
        }
      }
    }
    trace[0] = sum;
  }

  private void addTile(int tile) {
    PanelOps.multiply(tanh[0], firstJacobian[tile], m * T, jacobian);
    for (int i = 1; i < last; i++) {
      weight[i].multiply(jacobian, network.zeroInit, product);
      PanelOps.fillZero(sums[i], T);
      PanelOps.addWeightedSquares(product, curvature[i], m, sums[i]);
      PanelOps.addScaledProduct(network.h, tanh[i], product, m * T, jacobian);
    }
    // Above row k, column k of the trapezoidal factor is zero.
    int from = last == 1 ? tile * T : 0;
    PanelOps.fillZero(sums[last], T);
    weight[last].addWeightedSquares(from, jacobian, curvature[last], sums[last]);
  }
}
