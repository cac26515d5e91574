package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with panels. Each keeps 8 rows × 2 vectors of sums in registers, 16 multiply-adds for
 * two loads of the panel and eight broadcast weights.
 */
final class PanelKernels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;
  private static final int R = Lanes.ROW_BLOCK;

  private PanelKernels() {}

  /**
   * out = scale · W in (+ out): rows × T, where W is rows × columns and in is columns × T.
   *
   * @param w the matrix
   * @param in panel of w.columns rows
   * @param scale factor of the product
   * @param accumulate whether to add to what out holds
   * @param out panel of w.rows rows, padded; must not alias in
   */
  static void multiply(PackedMatrix w, float[] in, float scale, boolean accumulate, float[] out) {
    float[] values = w.values;
    int inner = w.columns;
    FloatVector factor = FloatVector.broadcast(S, scale);
    for (int b = 0, p = 0; b < w.blocks; b++) {
      FloatVector a00 = FloatVector.zero(S);
      FloatVector a01 = FloatVector.zero(S);
      FloatVector a10 = FloatVector.zero(S);
      FloatVector a11 = FloatVector.zero(S);
      FloatVector a20 = FloatVector.zero(S);
      FloatVector a21 = FloatVector.zero(S);
      FloatVector a30 = FloatVector.zero(S);
      FloatVector a31 = FloatVector.zero(S);
      FloatVector a40 = FloatVector.zero(S);
      FloatVector a41 = FloatVector.zero(S);
      FloatVector a50 = FloatVector.zero(S);
      FloatVector a51 = FloatVector.zero(S);
      FloatVector a60 = FloatVector.zero(S);
      FloatVector a61 = FloatVector.zero(S);
      FloatVector a70 = FloatVector.zero(S);
      FloatVector a71 = FloatVector.zero(S);
      for (int l = 0; l < inner; l++, p += R) {
        FloatVector x0 = FloatVector.fromArray(S, in, l * T);
        FloatVector x1 = FloatVector.fromArray(S, in, l * T + L);
        FloatVector w0 = FloatVector.broadcast(S, values[p]);
        a00 = x0.fma(w0, a00);
        a01 = x1.fma(w0, a01);
        FloatVector w1 = FloatVector.broadcast(S, values[p + 1]);
        a10 = x0.fma(w1, a10);
        a11 = x1.fma(w1, a11);
        FloatVector w2 = FloatVector.broadcast(S, values[p + 2]);
        a20 = x0.fma(w2, a20);
        a21 = x1.fma(w2, a21);
        FloatVector w3 = FloatVector.broadcast(S, values[p + 3]);
        a30 = x0.fma(w3, a30);
        a31 = x1.fma(w3, a31);
        FloatVector w4 = FloatVector.broadcast(S, values[p + 4]);
        a40 = x0.fma(w4, a40);
        a41 = x1.fma(w4, a41);
        FloatVector w5 = FloatVector.broadcast(S, values[p + 5]);
        a50 = x0.fma(w5, a50);
        a51 = x1.fma(w5, a51);
        FloatVector w6 = FloatVector.broadcast(S, values[p + 6]);
        a60 = x0.fma(w6, a60);
        a61 = x1.fma(w6, a61);
        FloatVector w7 = FloatVector.broadcast(S, values[p + 7]);
        a70 = x0.fma(w7, a70);
        a71 = x1.fma(w7, a71);
      }
      int o = b * R * T;
      if (accumulate) {
        a00.fma(factor, FloatVector.fromArray(S, out, o)).intoArray(out, o);
        a01.fma(factor, FloatVector.fromArray(S, out, o + 1 * L)).intoArray(out, o + 1 * L);
        a10.fma(factor, FloatVector.fromArray(S, out, o + 2 * L)).intoArray(out, o + 2 * L);
        a11.fma(factor, FloatVector.fromArray(S, out, o + 3 * L)).intoArray(out, o + 3 * L);
        a20.fma(factor, FloatVector.fromArray(S, out, o + 4 * L)).intoArray(out, o + 4 * L);
        a21.fma(factor, FloatVector.fromArray(S, out, o + 5 * L)).intoArray(out, o + 5 * L);
        a30.fma(factor, FloatVector.fromArray(S, out, o + 6 * L)).intoArray(out, o + 6 * L);
        a31.fma(factor, FloatVector.fromArray(S, out, o + 7 * L)).intoArray(out, o + 7 * L);
        a40.fma(factor, FloatVector.fromArray(S, out, o + 8 * L)).intoArray(out, o + 8 * L);
        a41.fma(factor, FloatVector.fromArray(S, out, o + 9 * L)).intoArray(out, o + 9 * L);
        a50.fma(factor, FloatVector.fromArray(S, out, o + 10 * L)).intoArray(out, o + 10 * L);
        a51.fma(factor, FloatVector.fromArray(S, out, o + 11 * L)).intoArray(out, o + 11 * L);
        a60.fma(factor, FloatVector.fromArray(S, out, o + 12 * L)).intoArray(out, o + 12 * L);
        a61.fma(factor, FloatVector.fromArray(S, out, o + 13 * L)).intoArray(out, o + 13 * L);
        a70.fma(factor, FloatVector.fromArray(S, out, o + 14 * L)).intoArray(out, o + 14 * L);
        a71.fma(factor, FloatVector.fromArray(S, out, o + 15 * L)).intoArray(out, o + 15 * L);
      } else {
        a00.mul(factor).intoArray(out, o);
        a01.mul(factor).intoArray(out, o + 1 * L);
        a10.mul(factor).intoArray(out, o + 2 * L);
        a11.mul(factor).intoArray(out, o + 3 * L);
        a20.mul(factor).intoArray(out, o + 4 * L);
        a21.mul(factor).intoArray(out, o + 5 * L);
        a30.mul(factor).intoArray(out, o + 6 * L);
        a31.mul(factor).intoArray(out, o + 7 * L);
        a40.mul(factor).intoArray(out, o + 8 * L);
        a41.mul(factor).intoArray(out, o + 9 * L);
        a50.mul(factor).intoArray(out, o + 10 * L);
        a51.mul(factor).intoArray(out, o + 11 * L);
        a60.mul(factor).intoArray(out, o + 12 * L);
        a61.mul(factor).intoArray(out, o + 13 * L);
        a70.mul(factor).intoArray(out, o + 14 * L);
        a71.mul(factor).intoArray(out, o + 15 * L);
      }
    }
  }

  /**
   * sum += Σⱼ gⱼ (W in)ⱼ²: one number a lane. The product itself is not kept.
   *
   * @param w the matrix
   * @param in panel of w.columns rows
   * @param g panel of w.rows rows, padded
   * @param sum one row of T, added to
   */
  static void addWeightedSquares(PackedMatrix w, float[] in, float[] g, float[] sum) {
    float[] values = w.values;
    int inner = w.columns;
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    for (int b = 0, p = 0; b < w.blocks; b++) {
      FloatVector a00 = FloatVector.zero(S);
      FloatVector a01 = FloatVector.zero(S);
      FloatVector a10 = FloatVector.zero(S);
      FloatVector a11 = FloatVector.zero(S);
      FloatVector a20 = FloatVector.zero(S);
      FloatVector a21 = FloatVector.zero(S);
      FloatVector a30 = FloatVector.zero(S);
      FloatVector a31 = FloatVector.zero(S);
      FloatVector a40 = FloatVector.zero(S);
      FloatVector a41 = FloatVector.zero(S);
      FloatVector a50 = FloatVector.zero(S);
      FloatVector a51 = FloatVector.zero(S);
      FloatVector a60 = FloatVector.zero(S);
      FloatVector a61 = FloatVector.zero(S);
      FloatVector a70 = FloatVector.zero(S);
      FloatVector a71 = FloatVector.zero(S);
      for (int l = 0; l < inner; l++, p += R) {
        FloatVector x0 = FloatVector.fromArray(S, in, l * T);
        FloatVector x1 = FloatVector.fromArray(S, in, l * T + L);
        FloatVector w0 = FloatVector.broadcast(S, values[p]);
        a00 = x0.fma(w0, a00);
        a01 = x1.fma(w0, a01);
        FloatVector w1 = FloatVector.broadcast(S, values[p + 1]);
        a10 = x0.fma(w1, a10);
        a11 = x1.fma(w1, a11);
        FloatVector w2 = FloatVector.broadcast(S, values[p + 2]);
        a20 = x0.fma(w2, a20);
        a21 = x1.fma(w2, a21);
        FloatVector w3 = FloatVector.broadcast(S, values[p + 3]);
        a30 = x0.fma(w3, a30);
        a31 = x1.fma(w3, a31);
        FloatVector w4 = FloatVector.broadcast(S, values[p + 4]);
        a40 = x0.fma(w4, a40);
        a41 = x1.fma(w4, a41);
        FloatVector w5 = FloatVector.broadcast(S, values[p + 5]);
        a50 = x0.fma(w5, a50);
        a51 = x1.fma(w5, a51);
        FloatVector w6 = FloatVector.broadcast(S, values[p + 6]);
        a60 = x0.fma(w6, a60);
        a61 = x1.fma(w6, a61);
        FloatVector w7 = FloatVector.broadcast(S, values[p + 7]);
        a70 = x0.fma(w7, a70);
        a71 = x1.fma(w7, a71);
      }
      int o = b * R * T;
      s0 = a00.mul(a00).fma(FloatVector.fromArray(S, g, o), s0);
      s1 = a01.mul(a01).fma(FloatVector.fromArray(S, g, o + 1 * L), s1);
      s0 = a10.mul(a10).fma(FloatVector.fromArray(S, g, o + 2 * L), s0);
      s1 = a11.mul(a11).fma(FloatVector.fromArray(S, g, o + 3 * L), s1);
      s0 = a20.mul(a20).fma(FloatVector.fromArray(S, g, o + 4 * L), s0);
      s1 = a21.mul(a21).fma(FloatVector.fromArray(S, g, o + 5 * L), s1);
      s0 = a30.mul(a30).fma(FloatVector.fromArray(S, g, o + 6 * L), s0);
      s1 = a31.mul(a31).fma(FloatVector.fromArray(S, g, o + 7 * L), s1);
      s0 = a40.mul(a40).fma(FloatVector.fromArray(S, g, o + 8 * L), s0);
      s1 = a41.mul(a41).fma(FloatVector.fromArray(S, g, o + 9 * L), s1);
      s0 = a50.mul(a50).fma(FloatVector.fromArray(S, g, o + 10 * L), s0);
      s1 = a51.mul(a51).fma(FloatVector.fromArray(S, g, o + 11 * L), s1);
      s0 = a60.mul(a60).fma(FloatVector.fromArray(S, g, o + 12 * L), s0);
      s1 = a61.mul(a61).fma(FloatVector.fromArray(S, g, o + 13 * L), s1);
      s0 = a70.mul(a70).fma(FloatVector.fromArray(S, g, o + 14 * L), s0);
      s1 = a71.mul(a71).fma(FloatVector.fromArray(S, g, o + 15 * L), s1);
    }
    s0.add(FloatVector.fromArray(S, sum, 0)).intoArray(sum, 0);
    s1.add(FloatVector.fromArray(S, sum, L)).intoArray(sum, L);
  }

  /**
   * C += B Yᵀ summed over lanes: C is rows × columns, B rows × T, and Y is given transposed.
   *
   * @param b panel of rows rows, padded
   * @param rows rows of C, a multiple of 8
   * @param transposed Yᵀ: T × columns
   * @param columns columns of C, a multiple of T
   * @param c rows × columns, added to
   */
  static void addOuter(float[] b, int rows, float[] transposed, int columns, float[] c) {
    for (int j = 0; j < rows; j += R) {
      for (int l = 0; l < columns; l += T) {
        int o = j * columns + l;
        FloatVector a00 = FloatVector.fromArray(S, c, o);
        FloatVector a01 = FloatVector.fromArray(S, c, o + L);
        FloatVector a10 = FloatVector.fromArray(S, c, o + 1 * columns);
        FloatVector a11 = FloatVector.fromArray(S, c, o + 1 * columns + L);
        FloatVector a20 = FloatVector.fromArray(S, c, o + 2 * columns);
        FloatVector a21 = FloatVector.fromArray(S, c, o + 2 * columns + L);
        FloatVector a30 = FloatVector.fromArray(S, c, o + 3 * columns);
        FloatVector a31 = FloatVector.fromArray(S, c, o + 3 * columns + L);
        FloatVector a40 = FloatVector.fromArray(S, c, o + 4 * columns);
        FloatVector a41 = FloatVector.fromArray(S, c, o + 4 * columns + L);
        FloatVector a50 = FloatVector.fromArray(S, c, o + 5 * columns);
        FloatVector a51 = FloatVector.fromArray(S, c, o + 5 * columns + L);
        FloatVector a60 = FloatVector.fromArray(S, c, o + 6 * columns);
        FloatVector a61 = FloatVector.fromArray(S, c, o + 6 * columns + L);
        FloatVector a70 = FloatVector.fromArray(S, c, o + 7 * columns);
        FloatVector a71 = FloatVector.fromArray(S, c, o + 7 * columns + L);
        for (int e = 0; e < T; e++) {
          FloatVector x0 = FloatVector.fromArray(S, transposed, e * columns + l);
          FloatVector x1 = FloatVector.fromArray(S, transposed, e * columns + l + L);
          int p = j * T + e;
          FloatVector w0 = FloatVector.broadcast(S, b[p]);
          a00 = x0.fma(w0, a00);
          a01 = x1.fma(w0, a01);
          FloatVector w1 = FloatVector.broadcast(S, b[p + 1 * T]);
          a10 = x0.fma(w1, a10);
          a11 = x1.fma(w1, a11);
          FloatVector w2 = FloatVector.broadcast(S, b[p + 2 * T]);
          a20 = x0.fma(w2, a20);
          a21 = x1.fma(w2, a21);
          FloatVector w3 = FloatVector.broadcast(S, b[p + 3 * T]);
          a30 = x0.fma(w3, a30);
          a31 = x1.fma(w3, a31);
          FloatVector w4 = FloatVector.broadcast(S, b[p + 4 * T]);
          a40 = x0.fma(w4, a40);
          a41 = x1.fma(w4, a41);
          FloatVector w5 = FloatVector.broadcast(S, b[p + 5 * T]);
          a50 = x0.fma(w5, a50);
          a51 = x1.fma(w5, a51);
          FloatVector w6 = FloatVector.broadcast(S, b[p + 6 * T]);
          a60 = x0.fma(w6, a60);
          a61 = x1.fma(w6, a61);
          FloatVector w7 = FloatVector.broadcast(S, b[p + 7 * T]);
          a70 = x0.fma(w7, a70);
          a71 = x1.fma(w7, a71);
        }
        a00.intoArray(c, o);
        a01.intoArray(c, o + L);
        a10.intoArray(c, o + 1 * columns);
        a11.intoArray(c, o + 1 * columns + L);
        a20.intoArray(c, o + 2 * columns);
        a21.intoArray(c, o + 2 * columns + L);
        a30.intoArray(c, o + 3 * columns);
        a31.intoArray(c, o + 3 * columns + L);
        a40.intoArray(c, o + 4 * columns);
        a41.intoArray(c, o + 4 * columns + L);
        a50.intoArray(c, o + 5 * columns);
        a51.intoArray(c, o + 5 * columns + L);
        a60.intoArray(c, o + 6 * columns);
        a61.intoArray(c, o + 6 * columns + L);
        a70.intoArray(c, o + 7 * columns);
        a71.intoArray(c, o + 7 * columns + L);
      }
    }
  }

  /**
   * Transposes a panel.
   *
   * @param panel rows × T
   * @param rows its rows
   * @param columns row length of the result, at least rows; elements past rows are not written
   * @param transposed receives T × columns
   */
  static void transpose(float[] panel, int rows, int columns, float[] transposed) {
    for (int j = 0; j < rows; j++) {
      for (int e = 0; e < T; e++) {
        transposed[e * columns + j] = panel[j * T + e];
      }
    }
  }

  /**
   * Adds each row's sum over lanes to a column of a matrix.
   *
   * @param panel rows × T
   * @param rows its rows
   * @param c added to, at j · stride + offset for row j
   * @param stride row length of c
   * @param offset column of c
   */
  static void addLaneSums(float[] panel, int rows, float[] c, int stride, int offset) {
    for (int j = 0; j < rows; j++) {
      FloatVector x = FloatVector.fromArray(S, panel, j * T);
      c[j * stride + offset] +=
          x.add(FloatVector.fromArray(S, panel, j * T + L)).reduceLanes(VectorOperators.ADD);
    }
  }
}
