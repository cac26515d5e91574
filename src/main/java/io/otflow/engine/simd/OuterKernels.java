package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Products of panels over their lanes, which the gradient sums over events with. */
final class OuterKernels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;
  private static final int R = Lanes.ROW_BLOCK;

  private OuterKernels() {}

  /**
   * C += Σ B Yᵀ over lanes and slots: C is rows × columns, each slot of B a panel of rows, each
   * slot of Y transposed.
   *
   * @param b panels of rows rows, padded, one slot after the other
   * @param rows rows of C, a multiple of 8
   * @param y a slot for each of b's: columns × T as {@link #transpose} lays it out
   * @param columns columns of C, a multiple of T
   * @param slots number of slots that count
   * @param c rows × columns, added to
   */
  static void addOuter(float[] b, int rows, float[] y, int columns, int slots, float[] c) {
    if (Lanes.FEW_REGISTERS) {
      NarrowOuterKernels.addOuter(b, rows, y, columns, slots, c);
    } else {
      outer8(b, rows, y, columns, slots, c);
    }
  }

  /** 8 rows at a time. */
  private static void outer8(float[] b, int rows, float[] y, int columns, int slots, float[] c) {
    for (int l = 0; l < columns; l += T) {
      for (int j = 0; j < rows; j += R) {
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
        for (int s = 0; s < slots; s++) {
          int p = (s * rows + j) * T;
          int q = (s * columns + l) * T;
          for (int e = 0; e < T; e++, p++, q += T) {
            FloatVector x0 = FloatVector.fromArray(S, y, q);
            FloatVector x1 = FloatVector.fromArray(S, y, q + L);
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
   * Transposes a panel: element (e, j) goes to ((j / T) · T + e) · T + j % T, blocks of T × T one
   * after the other.
   *
   * @param panel rows × T
   * @param rows its rows
   * @param out receives padded rows × T; elements past rows are not written
   * @param offset where it begins in out
   */
  static void transpose(float[] panel, int rows, float[] out, int offset) {
    for (int j = 0; j < rows; j++) {
      int q = offset + j / T * T * T + j % T;
      for (int e = 0; e < T; e++, q += T) {
        out[q] = panel[j * T + e];
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
