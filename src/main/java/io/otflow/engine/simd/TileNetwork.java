package io.otflow.engine.simd;

import io.otflow.model.Architecture;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A network for a tile of events: lanes are events, and each row is a panel of {@link Lanes#TILE}
 * floats. The trace goes feature by feature, so that of the Jacobians only one column is alive.
 */
final class TileNetwork extends Network {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;

  private final float[] column;
  private final float[] product;

  TileNetwork(Architecture architecture, Purpose purpose) {
    super(architecture, purpose);
    column = rows(m);
    product = rows(m);
  }

  @Override
  int width() {
    return T;
  }

  @Override
  int points() {
    return 1;
  }

  @Override
  int floats(int n) {
    return n * T;
  }

  @Override
  float[] rows(int n) {
    return Lanes.panel(n);
  }

  @Override
  PanelMatrix matrix(int rows, int columns) {
    return PanelMatrix.of(rows, columns);
  }

  /** A weight matrix, as what {@link #matrix} made it. */
  static PanelMatrix panels(Matrix matrix) {
    return (PanelMatrix) matrix;
  }

  @Override
  void spread(float[] value, int n, float[] out) {
    PanelOps.fillRows(value, n, out);
  }

  @Override
  void weightedSum(float[] a, float[] b, float[] factor, float[] sum) {
    for (int lane = 0; lane < T; lane += L) {
      FloatVector s0 = FloatVector.zero(S);
      FloatVector s1 = FloatVector.zero(S);
      FloatVector s2 = FloatVector.zero(S);
      FloatVector s3 = FloatVector.zero(S);
      // Rows past the last one have a factor of zero.
      for (int p = lane; p < Lanes.padRows(m) * T; p += PARTIAL_SUMS * T) {
        s0 = term(a, b, p).fma(FloatVector.fromArray(S, factor, p), s0);
        s1 = term(a, b, p + T).fma(FloatVector.fromArray(S, factor, p + T), s1);
        s2 = term(a, b, p + 2 * T).fma(FloatVector.fromArray(S, factor, p + 2 * T), s2);
        s3 = term(a, b, p + 3 * T).fma(FloatVector.fromArray(S, factor, p + 3 * T), s3);
      }
      s0.add(s1).add(s2.add(s3)).intoArray(sum, lane);
    }
  }

  private static FloatVector term(float[] a, float[] b, int p) {
    return FloatVector.fromArray(S, a, p).mul(FloatVector.fromArray(S, b, p));
  }

  @Override
  void addLayerTraces(float[] trace) {
    for (int k = 0; k < columns; k++) {
      int from = trapezoidal ? k : 0;
      PanelOps.scaleRows(tanh(0), from, m, jacobian, d, k, column);
      for (int i = 1; i < last; i++) {
        PanelOps.fillZero(column, from * T);
        weight[i].multiply(column, zeroInit, product);
        PanelOps.addWeightedSquares(product, curvature(i), m, trace);
        PanelOps.addScaledProduct(h, tanh(i), product, m * T, column);
        from = 0;
      }
      panels(weight[last]).addWeightedSquares(from, column, curvature(last), trace);
    }
  }
}
