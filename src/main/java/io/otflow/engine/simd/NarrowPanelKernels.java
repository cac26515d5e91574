package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PanelKernels} where there are 16 vector registers: 6 rows × 2 vectors of sums, two vectors
 * of the panel and a broadcast weight take 15. What 6 does not divide goes by 4 rows. Element by
 * element the operations are the same, in the same order.
 *
 * <p>The sum of squares is read from one argument and written to another, which are the same array,
 * and sums begin with zeros from memory: so the JIT has no reason to carry them in registers
 * through the loop, where there are none left.
 */
final class NarrowPanelKernels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;

  private NarrowPanelKernels() {}

  /** {@link PanelKernels#multiply}. */
  static void multiply(NarrowMatrix w, float[] in, int offset, float[] init, float[] out) {
    multiply6(w, in, offset, init, out);
    multiply4(w, in, offset, init, out);
  }

  /** {@link PanelKernels#addWeightedSquares}. */
  static void addWeightedSquares(NarrowMatrix w, int from, float[] in, float[] g, float[] sum) {
    FloatVector.zero(S).intoArray(w.squares, 0);
    FloatVector.zero(S).intoArray(w.squares, L);
    squares6(w, from, in, g, w.squares, w.squares);
    squares4(w, from, in, g, w.squares, w.squares);
    for (int lane = 0; lane < T; lane += L) {
      FloatVector.fromArray(S, w.squares, lane)
          .add(FloatVector.fromArray(S, sum, lane))
          .intoArray(sum, lane);
    }
  }

  /** Rows of blocks of 6 rows of {@link #multiply}. */
  private static void multiply6(NarrowMatrix w, float[] in, int offset, float[] init, float[] out) {
    float[] values = w.values;
    int inner = w.columns;
    for (int j = 0; j < w.rowsBySix; j += 6) {
      int o = j * T;
      int p = j / 6 * 8 * inner;
      FloatVector a00;
      FloatVector a01;
      FloatVector a10;
      FloatVector a11;
      FloatVector a20;
      FloatVector a21;
      FloatVector a30;
      FloatVector a31;
      FloatVector a40;
      FloatVector a41;
      FloatVector a50;
      FloatVector a51;
      if (init == null) {
        a00 = FloatVector.fromArray(S, out, o);
        a01 = FloatVector.fromArray(S, out, o + 1 * L);
        a10 = FloatVector.fromArray(S, out, o + 2 * L);
        a11 = FloatVector.fromArray(S, out, o + 3 * L);
        a20 = FloatVector.fromArray(S, out, o + 4 * L);
        a21 = FloatVector.fromArray(S, out, o + 5 * L);
        a30 = FloatVector.fromArray(S, out, o + 6 * L);
        a31 = FloatVector.fromArray(S, out, o + 7 * L);
        a40 = FloatVector.fromArray(S, out, o + 8 * L);
        a41 = FloatVector.fromArray(S, out, o + 9 * L);
        a50 = FloatVector.fromArray(S, out, o + 10 * L);
        a51 = FloatVector.fromArray(S, out, o + 11 * L);
      } else {
        a00 = FloatVector.broadcast(S, init[j]);
        a01 = a00;
        a10 = FloatVector.broadcast(S, init[j + 1]);
        a11 = a10;
        a20 = FloatVector.broadcast(S, init[j + 2]);
        a21 = a20;
        a30 = FloatVector.broadcast(S, init[j + 3]);
        a31 = a30;
        a40 = FloatVector.broadcast(S, init[j + 4]);
        a41 = a40;
        a50 = FloatVector.broadcast(S, init[j + 5]);
        a51 = a50;
      }
      for (int l = 0, q = offset; l < inner; l++, p += 8, q += T) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector x1 = FloatVector.fromArray(S, in, q + L);
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
      }
      a00.intoArray(out, o);
      a01.intoArray(out, o + 1 * L);
      a10.intoArray(out, o + 2 * L);
      a11.intoArray(out, o + 3 * L);
      a20.intoArray(out, o + 4 * L);
      a21.intoArray(out, o + 5 * L);
      a30.intoArray(out, o + 6 * L);
      a31.intoArray(out, o + 7 * L);
      a40.intoArray(out, o + 8 * L);
      a41.intoArray(out, o + 9 * L);
      a50.intoArray(out, o + 10 * L);
      a51.intoArray(out, o + 11 * L);
    }
  }

  /** Rows of blocks of 4 rows of {@link #multiply}. */
  private static void multiply4(NarrowMatrix w, float[] in, int offset, float[] init, float[] out) {
    float[] values = w.values;
    int inner = w.columns;
    for (int j = w.rowsBySix; j < w.paddedRows; j += 4) {
      int o = j * T;
      int p = w.foursAt + (j - w.rowsBySix) * inner;
      FloatVector a00;
      FloatVector a01;
      FloatVector a10;
      FloatVector a11;
      FloatVector a20;
      FloatVector a21;
      FloatVector a30;
      FloatVector a31;
      if (init == null) {
        a00 = FloatVector.fromArray(S, out, o);
        a01 = FloatVector.fromArray(S, out, o + 1 * L);
        a10 = FloatVector.fromArray(S, out, o + 2 * L);
        a11 = FloatVector.fromArray(S, out, o + 3 * L);
        a20 = FloatVector.fromArray(S, out, o + 4 * L);
        a21 = FloatVector.fromArray(S, out, o + 5 * L);
        a30 = FloatVector.fromArray(S, out, o + 6 * L);
        a31 = FloatVector.fromArray(S, out, o + 7 * L);
      } else {
        a00 = FloatVector.broadcast(S, init[j]);
        a01 = a00;
        a10 = FloatVector.broadcast(S, init[j + 1]);
        a11 = a10;
        a20 = FloatVector.broadcast(S, init[j + 2]);
        a21 = a20;
        a30 = FloatVector.broadcast(S, init[j + 3]);
        a31 = a30;
      }
      for (int l = 0, q = offset; l < inner; l++, p += 4, q += T) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector x1 = FloatVector.fromArray(S, in, q + L);
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
      }
      a00.intoArray(out, o);
      a01.intoArray(out, o + 1 * L);
      a10.intoArray(out, o + 2 * L);
      a11.intoArray(out, o + 3 * L);
      a20.intoArray(out, o + 4 * L);
      a21.intoArray(out, o + 5 * L);
      a30.intoArray(out, o + 6 * L);
      a31.intoArray(out, o + 7 * L);
    }
  }

  /** Blocks of 6 rows of {@link #addWeightedSquares}. */
  private static void squares6(
      NarrowMatrix w, int from, float[] in, float[] g, float[] before, float[] after) {
    float[] values = w.values;
    float[] zero = w.zero;
    int inner = w.columns;
    for (int j = 0; j < w.rowsBySix; j += 6) {
      FloatVector a00 = FloatVector.fromArray(S, zero, 0);
      FloatVector a01 = FloatVector.fromArray(S, zero, 0);
      FloatVector a10 = FloatVector.fromArray(S, zero, 0);
      FloatVector a11 = FloatVector.fromArray(S, zero, 0);
      FloatVector a20 = FloatVector.fromArray(S, zero, 0);
      FloatVector a21 = FloatVector.fromArray(S, zero, 0);
      FloatVector a30 = FloatVector.fromArray(S, zero, 0);
      FloatVector a31 = FloatVector.fromArray(S, zero, 0);
      FloatVector a40 = FloatVector.fromArray(S, zero, 0);
      FloatVector a41 = FloatVector.fromArray(S, zero, 0);
      FloatVector a50 = FloatVector.fromArray(S, zero, 0);
      FloatVector a51 = FloatVector.fromArray(S, zero, 0);
      int p = j / 6 * 8 * inner + from * 8;
      for (int l = from, q = from * T; l < inner; l++, p += 8, q += T) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector x1 = FloatVector.fromArray(S, in, q + L);
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
      }
      int o = j * T;
      FloatVector s0 = FloatVector.fromArray(S, before, 0);
      FloatVector s1 = FloatVector.fromArray(S, before, L);
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
      s0.intoArray(after, 0);
      s1.intoArray(after, L);
    }
  }

  /** Blocks of 4 rows of {@link #addWeightedSquares}. */
  private static void squares4(
      NarrowMatrix w, int from, float[] in, float[] g, float[] before, float[] after) {
    float[] values = w.values;
    float[] zero = w.zero;
    int inner = w.columns;
    for (int j = w.rowsBySix; j < w.paddedRows; j += 4) {
      FloatVector a00 = FloatVector.fromArray(S, zero, 0);
      FloatVector a01 = FloatVector.fromArray(S, zero, 0);
      FloatVector a10 = FloatVector.fromArray(S, zero, 0);
      FloatVector a11 = FloatVector.fromArray(S, zero, 0);
      FloatVector a20 = FloatVector.fromArray(S, zero, 0);
      FloatVector a21 = FloatVector.fromArray(S, zero, 0);
      FloatVector a30 = FloatVector.fromArray(S, zero, 0);
      FloatVector a31 = FloatVector.fromArray(S, zero, 0);
      int p = w.foursAt + (j - w.rowsBySix) * inner + from * 4;
      for (int l = from, q = from * T; l < inner; l++, p += 4, q += T) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector x1 = FloatVector.fromArray(S, in, q + L);
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
      }
      int o = j * T;
      FloatVector s0 = FloatVector.fromArray(S, before, 0);
      FloatVector s1 = FloatVector.fromArray(S, before, L);
      s0 = a00.mul(a00).fma(FloatVector.fromArray(S, g, o), s0);
      s1 = a01.mul(a01).fma(FloatVector.fromArray(S, g, o + 1 * L), s1);
      s0 = a10.mul(a10).fma(FloatVector.fromArray(S, g, o + 2 * L), s0);
      s1 = a11.mul(a11).fma(FloatVector.fromArray(S, g, o + 3 * L), s1);
      s0 = a20.mul(a20).fma(FloatVector.fromArray(S, g, o + 4 * L), s0);
      s1 = a21.mul(a21).fma(FloatVector.fromArray(S, g, o + 5 * L), s1);
      s0 = a30.mul(a30).fma(FloatVector.fromArray(S, g, o + 6 * L), s0);
      s1 = a31.mul(a31).fma(FloatVector.fromArray(S, g, o + 7 * L), s1);
      s0.intoArray(after, 0);
      s1.intoArray(after, L);
    }
  }
}
