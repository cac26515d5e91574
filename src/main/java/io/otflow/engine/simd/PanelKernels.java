package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
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
   * out = init + W in, or out += W in.
   *
   * @param w the matrix, rows × columns
   * @param in holds a panel of w.columns rows
   * @param offset where it begins in in
   * @param init one number a row, padded to whole blocks; null to start from what out holds
   * @param out panel of w.rows rows, padded; must not alias in
   */
  static void multiply(PackedMatrix w, float[] in, int offset, float[] init, float[] out) {
    float[] values = w.values;
    int inner = w.columns;
    for (int b = 0, p = 0; b < w.blocks; b++) {
      int o = b * R * T;
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
      FloatVector a60;
      FloatVector a61;
      FloatVector a70;
      FloatVector a71;
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
        a60 = FloatVector.fromArray(S, out, o + 12 * L);
        a61 = FloatVector.fromArray(S, out, o + 13 * L);
        a70 = FloatVector.fromArray(S, out, o + 14 * L);
        a71 = FloatVector.fromArray(S, out, o + 15 * L);
      } else {
        int i = b * R;
        a00 = FloatVector.broadcast(S, init[i]);
        a01 = a00;
        a10 = FloatVector.broadcast(S, init[i + 1]);
        a11 = a10;
        a20 = FloatVector.broadcast(S, init[i + 2]);
        a21 = a20;
        a30 = FloatVector.broadcast(S, init[i + 3]);
        a31 = a30;
        a40 = FloatVector.broadcast(S, init[i + 4]);
        a41 = a40;
        a50 = FloatVector.broadcast(S, init[i + 5]);
        a51 = a50;
        a60 = FloatVector.broadcast(S, init[i + 6]);
        a61 = a60;
        a70 = FloatVector.broadcast(S, init[i + 7]);
        a71 = a70;
      }
      for (int l = 0, q = offset; l < inner; l++, p += R, q += T) {
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
        FloatVector w6 = FloatVector.broadcast(S, values[p + 6]);
        a60 = x0.fma(w6, a60);
        a61 = x1.fma(w6, a61);
        FloatVector w7 = FloatVector.broadcast(S, values[p + 7]);
        a70 = x0.fma(w7, a70);
        a71 = x1.fma(w7, a71);
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
      a60.intoArray(out, o + 12 * L);
      a61.intoArray(out, o + 13 * L);
      a70.intoArray(out, o + 14 * L);
      a71.intoArray(out, o + 15 * L);
    }
  }

  /**
   * sum += Σⱼ gⱼ (W in)ⱼ²: one number a lane. The product itself is not kept.
   *
   * @param w the matrix
   * @param from the first column that counts; the rows of in before it are not read
   * @param in panel of w.columns rows
   * @param g panel of w.rows rows, padded
   * @param sum one row of T, added to
   */
  static void addWeightedSquares(PackedMatrix w, int from, float[] in, float[] g, float[] sum) {
    float[] values = w.values;
    int inner = w.columns;
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    for (int b = 0; b < w.blocks; b++) {
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
      int p = (b * inner + from) * R;
      for (int l = from; l < inner; l++, p += R) {
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
}
