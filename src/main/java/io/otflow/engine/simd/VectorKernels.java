package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products for one event: lanes are the rows of the result. Each element is summed in the order of
 * {@link PanelKernels}, so that both give the same bits.
 */
final class VectorKernels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;

  private VectorKernels() {}

  /**
   * out = init + W in.
   *
   * @param w the matrix
   * @param in w.columns numbers
   * @param init w.stride numbers; may be out
   * @param out receives w.stride numbers; must not be in
   */
  static void multiply(ColumnMatrix w, float[] in, float[] init, float[] out) {
    int j = 0;
    for (; j + 8 * L <= w.stride; j += 8 * L) {
      multiply8(w, j, in, init, out);
    }
    for (; j + 4 * L <= w.stride; j += 4 * L) {
      multiply4(w, j, in, init, out);
    }
    for (; j < w.stride; j += 2 * L) {
      multiply2(w, j, in, init, out);
    }
  }

  /** Rows j … j + 8 · L of out = init + W in. */
  private static void multiply8(ColumnMatrix w, int j, float[] in, float[] init, float[] out) {
    float[] values = w.values;
    FloatVector a0 = FloatVector.fromArray(S, init, j);
    FloatVector a1 = FloatVector.fromArray(S, init, j + 1 * L);
    FloatVector a2 = FloatVector.fromArray(S, init, j + 2 * L);
    FloatVector a3 = FloatVector.fromArray(S, init, j + 3 * L);
    FloatVector a4 = FloatVector.fromArray(S, init, j + 4 * L);
    FloatVector a5 = FloatVector.fromArray(S, init, j + 5 * L);
    FloatVector a6 = FloatVector.fromArray(S, init, j + 6 * L);
    FloatVector a7 = FloatVector.fromArray(S, init, j + 7 * L);
    for (int l = 0, p = j * w.columns; l < w.columns; l++, p += 8 * L) {
      FloatVector x = FloatVector.broadcast(S, in[l]);
      a0 = FloatVector.fromArray(S, values, p).fma(x, a0);
      a1 = FloatVector.fromArray(S, values, p + 1 * L).fma(x, a1);
      a2 = FloatVector.fromArray(S, values, p + 2 * L).fma(x, a2);
      a3 = FloatVector.fromArray(S, values, p + 3 * L).fma(x, a3);
      a4 = FloatVector.fromArray(S, values, p + 4 * L).fma(x, a4);
      a5 = FloatVector.fromArray(S, values, p + 5 * L).fma(x, a5);
      a6 = FloatVector.fromArray(S, values, p + 6 * L).fma(x, a6);
      a7 = FloatVector.fromArray(S, values, p + 7 * L).fma(x, a7);
    }
    a0.intoArray(out, j);
    a1.intoArray(out, j + 1 * L);
    a2.intoArray(out, j + 2 * L);
    a3.intoArray(out, j + 3 * L);
    a4.intoArray(out, j + 4 * L);
    a5.intoArray(out, j + 5 * L);
    a6.intoArray(out, j + 6 * L);
    a7.intoArray(out, j + 7 * L);
  }

  /** Rows j … j + 4 · L of out = init + W in. */
  private static void multiply4(ColumnMatrix w, int j, float[] in, float[] init, float[] out) {
    float[] values = w.values;
    FloatVector a0 = FloatVector.fromArray(S, init, j);
    FloatVector a1 = FloatVector.fromArray(S, init, j + 1 * L);
    FloatVector a2 = FloatVector.fromArray(S, init, j + 2 * L);
    FloatVector a3 = FloatVector.fromArray(S, init, j + 3 * L);
    for (int l = 0, p = j * w.columns; l < w.columns; l++, p += 4 * L) {
      FloatVector x = FloatVector.broadcast(S, in[l]);
      a0 = FloatVector.fromArray(S, values, p).fma(x, a0);
      a1 = FloatVector.fromArray(S, values, p + 1 * L).fma(x, a1);
      a2 = FloatVector.fromArray(S, values, p + 2 * L).fma(x, a2);
      a3 = FloatVector.fromArray(S, values, p + 3 * L).fma(x, a3);
    }
    a0.intoArray(out, j);
    a1.intoArray(out, j + 1 * L);
    a2.intoArray(out, j + 2 * L);
    a3.intoArray(out, j + 3 * L);
  }

  /** Rows j … j + 2 · L of out = init + W in. */
  private static void multiply2(ColumnMatrix w, int j, float[] in, float[] init, float[] out) {
    float[] values = w.values;
    FloatVector a0 = FloatVector.fromArray(S, init, j);
    FloatVector a1 = FloatVector.fromArray(S, init, j + 1 * L);
    for (int l = 0, p = j * w.columns; l < w.columns; l++, p += 2 * L) {
      FloatVector x = FloatVector.broadcast(S, in[l]);
      a0 = FloatVector.fromArray(S, values, p).fma(x, a0);
      a1 = FloatVector.fromArray(S, values, p + 1 * L).fma(x, a1);
    }
    a0.intoArray(out, j);
    a1.intoArray(out, j + 1 * L);
  }
}
