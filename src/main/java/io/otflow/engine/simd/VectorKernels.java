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

  /** Points of the product for several. */
  static final int POINTS = 3;

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

  /**
   * out = init + W in for {@value #POINTS} points: each weight is loaded once for all of them.
   *
   * @param w the matrix
   * @param in w.columns numbers a point
   * @param init w.stride numbers a point; may be out
   * @param out receives w.stride numbers a point; must not be in
   */
  static void multiply(ColumnMatrix w, float[][] in, float[][] init, float[][] out) {
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

  /** Rows j … j + 8 · L of out = init + W in, for three points. */
  private static void multiply8(
      ColumnMatrix w, int j, float[][] in, float[][] init, float[][] out) {
    float[] values = w.values;
    float[] in0 = in[0];
    float[] in1 = in[1];
    float[] in2 = in[2];
    float[] init0 = init[0];
    FloatVector a0 = FloatVector.fromArray(S, init0, j);
    FloatVector a1 = FloatVector.fromArray(S, init0, j + 1 * L);
    FloatVector a2 = FloatVector.fromArray(S, init0, j + 2 * L);
    FloatVector a3 = FloatVector.fromArray(S, init0, j + 3 * L);
    FloatVector a4 = FloatVector.fromArray(S, init0, j + 4 * L);
    FloatVector a5 = FloatVector.fromArray(S, init0, j + 5 * L);
    FloatVector a6 = FloatVector.fromArray(S, init0, j + 6 * L);
    FloatVector a7 = FloatVector.fromArray(S, init0, j + 7 * L);
    float[] init1 = init[1];
    FloatVector b0 = FloatVector.fromArray(S, init1, j);
    FloatVector b1 = FloatVector.fromArray(S, init1, j + 1 * L);
    FloatVector b2 = FloatVector.fromArray(S, init1, j + 2 * L);
    FloatVector b3 = FloatVector.fromArray(S, init1, j + 3 * L);
    FloatVector b4 = FloatVector.fromArray(S, init1, j + 4 * L);
    FloatVector b5 = FloatVector.fromArray(S, init1, j + 5 * L);
    FloatVector b6 = FloatVector.fromArray(S, init1, j + 6 * L);
    FloatVector b7 = FloatVector.fromArray(S, init1, j + 7 * L);
    float[] init2 = init[2];
    FloatVector c0 = FloatVector.fromArray(S, init2, j);
    FloatVector c1 = FloatVector.fromArray(S, init2, j + 1 * L);
    FloatVector c2 = FloatVector.fromArray(S, init2, j + 2 * L);
    FloatVector c3 = FloatVector.fromArray(S, init2, j + 3 * L);
    FloatVector c4 = FloatVector.fromArray(S, init2, j + 4 * L);
    FloatVector c5 = FloatVector.fromArray(S, init2, j + 5 * L);
    FloatVector c6 = FloatVector.fromArray(S, init2, j + 6 * L);
    FloatVector c7 = FloatVector.fromArray(S, init2, j + 7 * L);
    for (int l = 0, p = j * w.columns; l < w.columns; l++, p += 8 * L) {
      FloatVector x0 = FloatVector.broadcast(S, in0[l]);
      FloatVector x1 = FloatVector.broadcast(S, in1[l]);
      FloatVector x2 = FloatVector.broadcast(S, in2[l]);
      FloatVector w0 = FloatVector.fromArray(S, values, p);
      a0 = w0.fma(x0, a0);
      b0 = w0.fma(x1, b0);
      c0 = w0.fma(x2, c0);
      FloatVector w1 = FloatVector.fromArray(S, values, p + 1 * L);
      a1 = w1.fma(x0, a1);
      b1 = w1.fma(x1, b1);
      c1 = w1.fma(x2, c1);
      FloatVector w2 = FloatVector.fromArray(S, values, p + 2 * L);
      a2 = w2.fma(x0, a2);
      b2 = w2.fma(x1, b2);
      c2 = w2.fma(x2, c2);
      FloatVector w3 = FloatVector.fromArray(S, values, p + 3 * L);
      a3 = w3.fma(x0, a3);
      b3 = w3.fma(x1, b3);
      c3 = w3.fma(x2, c3);
      FloatVector w4 = FloatVector.fromArray(S, values, p + 4 * L);
      a4 = w4.fma(x0, a4);
      b4 = w4.fma(x1, b4);
      c4 = w4.fma(x2, c4);
      FloatVector w5 = FloatVector.fromArray(S, values, p + 5 * L);
      a5 = w5.fma(x0, a5);
      b5 = w5.fma(x1, b5);
      c5 = w5.fma(x2, c5);
      FloatVector w6 = FloatVector.fromArray(S, values, p + 6 * L);
      a6 = w6.fma(x0, a6);
      b6 = w6.fma(x1, b6);
      c6 = w6.fma(x2, c6);
      FloatVector w7 = FloatVector.fromArray(S, values, p + 7 * L);
      a7 = w7.fma(x0, a7);
      b7 = w7.fma(x1, b7);
      c7 = w7.fma(x2, c7);
    }
    a0.intoArray(out[0], j);
    a1.intoArray(out[0], j + 1 * L);
    a2.intoArray(out[0], j + 2 * L);
    a3.intoArray(out[0], j + 3 * L);
    a4.intoArray(out[0], j + 4 * L);
    a5.intoArray(out[0], j + 5 * L);
    a6.intoArray(out[0], j + 6 * L);
    a7.intoArray(out[0], j + 7 * L);
    b0.intoArray(out[1], j);
    b1.intoArray(out[1], j + 1 * L);
    b2.intoArray(out[1], j + 2 * L);
    b3.intoArray(out[1], j + 3 * L);
    b4.intoArray(out[1], j + 4 * L);
    b5.intoArray(out[1], j + 5 * L);
    b6.intoArray(out[1], j + 6 * L);
    b7.intoArray(out[1], j + 7 * L);
    c0.intoArray(out[2], j);
    c1.intoArray(out[2], j + 1 * L);
    c2.intoArray(out[2], j + 2 * L);
    c3.intoArray(out[2], j + 3 * L);
    c4.intoArray(out[2], j + 4 * L);
    c5.intoArray(out[2], j + 5 * L);
    c6.intoArray(out[2], j + 6 * L);
    c7.intoArray(out[2], j + 7 * L);
  }

  /** Rows j … j + 4 · L of out = init + W in, for three points. */
  private static void multiply4(
      ColumnMatrix w, int j, float[][] in, float[][] init, float[][] out) {
    float[] values = w.values;
    float[] in0 = in[0];
    float[] in1 = in[1];
    float[] in2 = in[2];
    float[] init0 = init[0];
    FloatVector a0 = FloatVector.fromArray(S, init0, j);
    FloatVector a1 = FloatVector.fromArray(S, init0, j + 1 * L);
    FloatVector a2 = FloatVector.fromArray(S, init0, j + 2 * L);
    FloatVector a3 = FloatVector.fromArray(S, init0, j + 3 * L);
    float[] init1 = init[1];
    FloatVector b0 = FloatVector.fromArray(S, init1, j);
    FloatVector b1 = FloatVector.fromArray(S, init1, j + 1 * L);
    FloatVector b2 = FloatVector.fromArray(S, init1, j + 2 * L);
    FloatVector b3 = FloatVector.fromArray(S, init1, j + 3 * L);
    float[] init2 = init[2];
    FloatVector c0 = FloatVector.fromArray(S, init2, j);
    FloatVector c1 = FloatVector.fromArray(S, init2, j + 1 * L);
    FloatVector c2 = FloatVector.fromArray(S, init2, j + 2 * L);
    FloatVector c3 = FloatVector.fromArray(S, init2, j + 3 * L);
    for (int l = 0, p = j * w.columns; l < w.columns; l++, p += 4 * L) {
      FloatVector x0 = FloatVector.broadcast(S, in0[l]);
      FloatVector x1 = FloatVector.broadcast(S, in1[l]);
      FloatVector x2 = FloatVector.broadcast(S, in2[l]);
      FloatVector w0 = FloatVector.fromArray(S, values, p);
      a0 = w0.fma(x0, a0);
      b0 = w0.fma(x1, b0);
      c0 = w0.fma(x2, c0);
      FloatVector w1 = FloatVector.fromArray(S, values, p + 1 * L);
      a1 = w1.fma(x0, a1);
      b1 = w1.fma(x1, b1);
      c1 = w1.fma(x2, c1);
      FloatVector w2 = FloatVector.fromArray(S, values, p + 2 * L);
      a2 = w2.fma(x0, a2);
      b2 = w2.fma(x1, b2);
      c2 = w2.fma(x2, c2);
      FloatVector w3 = FloatVector.fromArray(S, values, p + 3 * L);
      a3 = w3.fma(x0, a3);
      b3 = w3.fma(x1, b3);
      c3 = w3.fma(x2, c3);
    }
    a0.intoArray(out[0], j);
    a1.intoArray(out[0], j + 1 * L);
    a2.intoArray(out[0], j + 2 * L);
    a3.intoArray(out[0], j + 3 * L);
    b0.intoArray(out[1], j);
    b1.intoArray(out[1], j + 1 * L);
    b2.intoArray(out[1], j + 2 * L);
    b3.intoArray(out[1], j + 3 * L);
    c0.intoArray(out[2], j);
    c1.intoArray(out[2], j + 1 * L);
    c2.intoArray(out[2], j + 2 * L);
    c3.intoArray(out[2], j + 3 * L);
  }

  /** Rows j … j + 2 · L of out = init + W in, for three points. */
  private static void multiply2(
      ColumnMatrix w, int j, float[][] in, float[][] init, float[][] out) {
    float[] values = w.values;
    float[] in0 = in[0];
    float[] in1 = in[1];
    float[] in2 = in[2];
    float[] init0 = init[0];
    FloatVector a0 = FloatVector.fromArray(S, init0, j);
    FloatVector a1 = FloatVector.fromArray(S, init0, j + 1 * L);
    float[] init1 = init[1];
    FloatVector b0 = FloatVector.fromArray(S, init1, j);
    FloatVector b1 = FloatVector.fromArray(S, init1, j + 1 * L);
    float[] init2 = init[2];
    FloatVector c0 = FloatVector.fromArray(S, init2, j);
    FloatVector c1 = FloatVector.fromArray(S, init2, j + 1 * L);
    for (int l = 0, p = j * w.columns; l < w.columns; l++, p += 2 * L) {
      FloatVector x0 = FloatVector.broadcast(S, in0[l]);
      FloatVector x1 = FloatVector.broadcast(S, in1[l]);
      FloatVector x2 = FloatVector.broadcast(S, in2[l]);
      FloatVector w0 = FloatVector.fromArray(S, values, p);
      a0 = w0.fma(x0, a0);
      b0 = w0.fma(x1, b0);
      c0 = w0.fma(x2, c0);
      FloatVector w1 = FloatVector.fromArray(S, values, p + 1 * L);
      a1 = w1.fma(x0, a1);
      b1 = w1.fma(x1, b1);
      c1 = w1.fma(x2, c1);
    }
    a0.intoArray(out[0], j);
    a1.intoArray(out[0], j + 1 * L);
    b0.intoArray(out[1], j);
    b1.intoArray(out[1], j + 1 * L);
    c0.intoArray(out[2], j);
    c1.intoArray(out[2], j + 1 * L);
  }
}
