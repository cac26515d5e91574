package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link OuterKernels} where there are 16 vector registers, by 6 rows and by 4 as in {@link
 * NarrowPanelKernels}.
 */
final class NarrowOuterKernels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;

  private NarrowOuterKernels() {}

  /** {@link OuterKernels#addOuter}. */
  static void addOuter(float[] b, int rows, float[] y, int columns, int slots, float[] c) {
    int bySix = NarrowMatrix.rowsBySix(rows);
    outer6(b, rows, bySix, y, columns, slots, c);
    outer4(b, rows, bySix, y, columns, slots, c);
  }

  /** Rows before bySix, 6 at a time. */
  private static void outer6(
      float[] b, int rows, int bySix, float[] y, int columns, int slots, float[] c) {
    for (int l = 0; l < columns; l += T) {
      for (int j = 0; j < bySix; j += 6) {
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
      }
    }
  }

  /** Rows from bySix on, 4 at a time. */
  private static void outer4(
      float[] b, int rows, int bySix, float[] y, int columns, int slots, float[] c) {
    for (int l = 0; l < columns; l += T) {
      for (int j = bySix; j < rows; j += 4) {
        int o = j * columns + l;
        FloatVector a00 = FloatVector.fromArray(S, c, o);
        FloatVector a01 = FloatVector.fromArray(S, c, o + L);
        FloatVector a10 = FloatVector.fromArray(S, c, o + 1 * columns);
        FloatVector a11 = FloatVector.fromArray(S, c, o + 1 * columns + L);
        FloatVector a20 = FloatVector.fromArray(S, c, o + 2 * columns);
        FloatVector a21 = FloatVector.fromArray(S, c, o + 2 * columns + L);
        FloatVector a30 = FloatVector.fromArray(S, c, o + 3 * columns);
        FloatVector a31 = FloatVector.fromArray(S, c, o + 3 * columns + L);
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
      }
    }
  }
}
