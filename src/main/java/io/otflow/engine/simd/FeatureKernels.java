package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with the Jacobian of one event, for {@link FeatureRows}: lanes are features. Each
 * element is summed in the order of {@link PanelKernels}, so that both give the same bits.
 */
final class FeatureKernels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int R = Lanes.ROW_BLOCK;

  private FeatureKernels() {}

  /**
   * sum[k] = Σⱼ gⱼ (W in)ⱼₖ² for each feature k. The product itself is not kept.
   *
   * @param w the matrix
   * @param in w.columns × stride: a Jacobian, features past the last one zero
   * @param trapezoidal whether its column k is zero above row k
   * @param stride row length, a multiple of the vector length
   * @param g one number a row of w, padded
   * @param sum receives stride numbers
   */
  static void weightedSquares(
      PackedMatrix w, float[] in, boolean trapezoidal, int stride, float[] g, float[] sum) {
    int k = 0;
    for (; k + 3 * L <= stride; k += 3 * L) {
      squares3(w, in, trapezoidal, stride, k, g, sum);
    }
    if (k + 2 * L <= stride) {
      squares2(w, in, trapezoidal, stride, k, g, sum);
    } else if (k < stride) {
      squares1(w, in, trapezoidal, stride, k, g, sum);
    }
  }

  /** 3 vectors of features of {@link #weightedSquares}. */
  private static void squares3(
      PackedMatrix w,
      float[] in,
      boolean trapezoidal,
      int stride,
      int offset,
      float[] g,
      float[] sum) {
    float[] values = w.values;
    int inner = w.columns;
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    for (int b = 0; b < w.blocks; b++) {
      FloatVector a00 = FloatVector.zero(S);
      FloatVector a01 = FloatVector.zero(S);
      FloatVector a02 = FloatVector.zero(S);
      FloatVector a10 = FloatVector.zero(S);
      FloatVector a11 = FloatVector.zero(S);
      FloatVector a12 = FloatVector.zero(S);
      FloatVector a20 = FloatVector.zero(S);
      FloatVector a21 = FloatVector.zero(S);
      FloatVector a22 = FloatVector.zero(S);
      FloatVector a30 = FloatVector.zero(S);
      FloatVector a31 = FloatVector.zero(S);
      FloatVector a32 = FloatVector.zero(S);
      FloatVector a40 = FloatVector.zero(S);
      FloatVector a41 = FloatVector.zero(S);
      FloatVector a42 = FloatVector.zero(S);
      FloatVector a50 = FloatVector.zero(S);
      FloatVector a51 = FloatVector.zero(S);
      FloatVector a52 = FloatVector.zero(S);
      FloatVector a60 = FloatVector.zero(S);
      FloatVector a61 = FloatVector.zero(S);
      FloatVector a62 = FloatVector.zero(S);
      FloatVector a70 = FloatVector.zero(S);
      FloatVector a71 = FloatVector.zero(S);
      FloatVector a72 = FloatVector.zero(S);
      int l = trapezoidal ? Math.min(offset, inner) : 0;
      int p = (b * inner + l) * R;
      int q = l * stride + offset;
      for (int end = trapezoidal ? Math.min(offset + L, inner) : 0;
          l < end;
          l++, p += R, q += stride) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector w0 = FloatVector.broadcast(S, values[p]);
        a00 = x0.fma(w0, a00);
        FloatVector w1 = FloatVector.broadcast(S, values[p + 1]);
        a10 = x0.fma(w1, a10);
        FloatVector w2 = FloatVector.broadcast(S, values[p + 2]);
        a20 = x0.fma(w2, a20);
        FloatVector w3 = FloatVector.broadcast(S, values[p + 3]);
        a30 = x0.fma(w3, a30);
        FloatVector w4 = FloatVector.broadcast(S, values[p + 4]);
        a40 = x0.fma(w4, a40);
        FloatVector w5 = FloatVector.broadcast(S, values[p + 5]);
        a50 = x0.fma(w5, a50);
        FloatVector w6 = FloatVector.broadcast(S, values[p + 6]);
        a60 = x0.fma(w6, a60);
        FloatVector w7 = FloatVector.broadcast(S, values[p + 7]);
        a70 = x0.fma(w7, a70);
      }
      for (int end = trapezoidal ? Math.min(offset + 2 * L, inner) : 0;
          l < end;
          l++, p += R, q += stride) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector x1 = FloatVector.fromArray(S, in, q + 1 * L);
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
      for (; l < inner; l++, p += R, q += stride) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector x1 = FloatVector.fromArray(S, in, q + 1 * L);
        FloatVector x2 = FloatVector.fromArray(S, in, q + 2 * L);
        FloatVector w0 = FloatVector.broadcast(S, values[p]);
        a00 = x0.fma(w0, a00);
        a01 = x1.fma(w0, a01);
        a02 = x2.fma(w0, a02);
        FloatVector w1 = FloatVector.broadcast(S, values[p + 1]);
        a10 = x0.fma(w1, a10);
        a11 = x1.fma(w1, a11);
        a12 = x2.fma(w1, a12);
        FloatVector w2 = FloatVector.broadcast(S, values[p + 2]);
        a20 = x0.fma(w2, a20);
        a21 = x1.fma(w2, a21);
        a22 = x2.fma(w2, a22);
        FloatVector w3 = FloatVector.broadcast(S, values[p + 3]);
        a30 = x0.fma(w3, a30);
        a31 = x1.fma(w3, a31);
        a32 = x2.fma(w3, a32);
        FloatVector w4 = FloatVector.broadcast(S, values[p + 4]);
        a40 = x0.fma(w4, a40);
        a41 = x1.fma(w4, a41);
        a42 = x2.fma(w4, a42);
        FloatVector w5 = FloatVector.broadcast(S, values[p + 5]);
        a50 = x0.fma(w5, a50);
        a51 = x1.fma(w5, a51);
        a52 = x2.fma(w5, a52);
        FloatVector w6 = FloatVector.broadcast(S, values[p + 6]);
        a60 = x0.fma(w6, a60);
        a61 = x1.fma(w6, a61);
        a62 = x2.fma(w6, a62);
        FloatVector w7 = FloatVector.broadcast(S, values[p + 7]);
        a70 = x0.fma(w7, a70);
        a71 = x1.fma(w7, a71);
        a72 = x2.fma(w7, a72);
      }
      int j = b * R;
      FloatVector g0 = FloatVector.broadcast(S, g[j]);
      s0 = a00.mul(a00).fma(g0, s0);
      s1 = a01.mul(a01).fma(g0, s1);
      s2 = a02.mul(a02).fma(g0, s2);
      FloatVector g1 = FloatVector.broadcast(S, g[j + 1]);
      s0 = a10.mul(a10).fma(g1, s0);
      s1 = a11.mul(a11).fma(g1, s1);
      s2 = a12.mul(a12).fma(g1, s2);
      FloatVector g2 = FloatVector.broadcast(S, g[j + 2]);
      s0 = a20.mul(a20).fma(g2, s0);
      s1 = a21.mul(a21).fma(g2, s1);
      s2 = a22.mul(a22).fma(g2, s2);
      FloatVector g3 = FloatVector.broadcast(S, g[j + 3]);
      s0 = a30.mul(a30).fma(g3, s0);
      s1 = a31.mul(a31).fma(g3, s1);
      s2 = a32.mul(a32).fma(g3, s2);
      FloatVector g4 = FloatVector.broadcast(S, g[j + 4]);
      s0 = a40.mul(a40).fma(g4, s0);
      s1 = a41.mul(a41).fma(g4, s1);
      s2 = a42.mul(a42).fma(g4, s2);
      FloatVector g5 = FloatVector.broadcast(S, g[j + 5]);
      s0 = a50.mul(a50).fma(g5, s0);
      s1 = a51.mul(a51).fma(g5, s1);
      s2 = a52.mul(a52).fma(g5, s2);
      FloatVector g6 = FloatVector.broadcast(S, g[j + 6]);
      s0 = a60.mul(a60).fma(g6, s0);
      s1 = a61.mul(a61).fma(g6, s1);
      s2 = a62.mul(a62).fma(g6, s2);
      FloatVector g7 = FloatVector.broadcast(S, g[j + 7]);
      s0 = a70.mul(a70).fma(g7, s0);
      s1 = a71.mul(a71).fma(g7, s1);
      s2 = a72.mul(a72).fma(g7, s2);
    }
    s0.intoArray(sum, offset);
    s1.intoArray(sum, offset + 1 * L);
    s2.intoArray(sum, offset + 2 * L);
  }

  /** 2 vectors of features of {@link #weightedSquares}. */
  private static void squares2(
      PackedMatrix w,
      float[] in,
      boolean trapezoidal,
      int stride,
      int offset,
      float[] g,
      float[] sum) {
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
      int l = trapezoidal ? Math.min(offset, inner) : 0;
      int p = (b * inner + l) * R;
      int q = l * stride + offset;
      for (int end = trapezoidal ? Math.min(offset + L, inner) : 0;
          l < end;
          l++, p += R, q += stride) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector w0 = FloatVector.broadcast(S, values[p]);
        a00 = x0.fma(w0, a00);
        FloatVector w1 = FloatVector.broadcast(S, values[p + 1]);
        a10 = x0.fma(w1, a10);
        FloatVector w2 = FloatVector.broadcast(S, values[p + 2]);
        a20 = x0.fma(w2, a20);
        FloatVector w3 = FloatVector.broadcast(S, values[p + 3]);
        a30 = x0.fma(w3, a30);
        FloatVector w4 = FloatVector.broadcast(S, values[p + 4]);
        a40 = x0.fma(w4, a40);
        FloatVector w5 = FloatVector.broadcast(S, values[p + 5]);
        a50 = x0.fma(w5, a50);
        FloatVector w6 = FloatVector.broadcast(S, values[p + 6]);
        a60 = x0.fma(w6, a60);
        FloatVector w7 = FloatVector.broadcast(S, values[p + 7]);
        a70 = x0.fma(w7, a70);
      }
      for (; l < inner; l++, p += R, q += stride) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector x1 = FloatVector.fromArray(S, in, q + 1 * L);
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
      int j = b * R;
      FloatVector g0 = FloatVector.broadcast(S, g[j]);
      s0 = a00.mul(a00).fma(g0, s0);
      s1 = a01.mul(a01).fma(g0, s1);
      FloatVector g1 = FloatVector.broadcast(S, g[j + 1]);
      s0 = a10.mul(a10).fma(g1, s0);
      s1 = a11.mul(a11).fma(g1, s1);
      FloatVector g2 = FloatVector.broadcast(S, g[j + 2]);
      s0 = a20.mul(a20).fma(g2, s0);
      s1 = a21.mul(a21).fma(g2, s1);
      FloatVector g3 = FloatVector.broadcast(S, g[j + 3]);
      s0 = a30.mul(a30).fma(g3, s0);
      s1 = a31.mul(a31).fma(g3, s1);
      FloatVector g4 = FloatVector.broadcast(S, g[j + 4]);
      s0 = a40.mul(a40).fma(g4, s0);
      s1 = a41.mul(a41).fma(g4, s1);
      FloatVector g5 = FloatVector.broadcast(S, g[j + 5]);
      s0 = a50.mul(a50).fma(g5, s0);
      s1 = a51.mul(a51).fma(g5, s1);
      FloatVector g6 = FloatVector.broadcast(S, g[j + 6]);
      s0 = a60.mul(a60).fma(g6, s0);
      s1 = a61.mul(a61).fma(g6, s1);
      FloatVector g7 = FloatVector.broadcast(S, g[j + 7]);
      s0 = a70.mul(a70).fma(g7, s0);
      s1 = a71.mul(a71).fma(g7, s1);
    }
    s0.intoArray(sum, offset);
    s1.intoArray(sum, offset + 1 * L);
  }

  /** 1 vector of features of {@link #weightedSquares}. */
  private static void squares1(
      PackedMatrix w,
      float[] in,
      boolean trapezoidal,
      int stride,
      int offset,
      float[] g,
      float[] sum) {
    float[] values = w.values;
    int inner = w.columns;
    FloatVector s0 = FloatVector.zero(S);
    for (int b = 0; b < w.blocks; b++) {
      FloatVector a00 = FloatVector.zero(S);
      FloatVector a10 = FloatVector.zero(S);
      FloatVector a20 = FloatVector.zero(S);
      FloatVector a30 = FloatVector.zero(S);
      FloatVector a40 = FloatVector.zero(S);
      FloatVector a50 = FloatVector.zero(S);
      FloatVector a60 = FloatVector.zero(S);
      FloatVector a70 = FloatVector.zero(S);
      int l = trapezoidal ? Math.min(offset, inner) : 0;
      int p = (b * inner + l) * R;
      int q = l * stride + offset;
      for (; l < inner; l++, p += R, q += stride) {
        FloatVector x0 = FloatVector.fromArray(S, in, q);
        FloatVector w0 = FloatVector.broadcast(S, values[p]);
        a00 = x0.fma(w0, a00);
        FloatVector w1 = FloatVector.broadcast(S, values[p + 1]);
        a10 = x0.fma(w1, a10);
        FloatVector w2 = FloatVector.broadcast(S, values[p + 2]);
        a20 = x0.fma(w2, a20);
        FloatVector w3 = FloatVector.broadcast(S, values[p + 3]);
        a30 = x0.fma(w3, a30);
        FloatVector w4 = FloatVector.broadcast(S, values[p + 4]);
        a40 = x0.fma(w4, a40);
        FloatVector w5 = FloatVector.broadcast(S, values[p + 5]);
        a50 = x0.fma(w5, a50);
        FloatVector w6 = FloatVector.broadcast(S, values[p + 6]);
        a60 = x0.fma(w6, a60);
        FloatVector w7 = FloatVector.broadcast(S, values[p + 7]);
        a70 = x0.fma(w7, a70);
      }
      int j = b * R;
      FloatVector g0 = FloatVector.broadcast(S, g[j]);
      s0 = a00.mul(a00).fma(g0, s0);
      FloatVector g1 = FloatVector.broadcast(S, g[j + 1]);
      s0 = a10.mul(a10).fma(g1, s0);
      FloatVector g2 = FloatVector.broadcast(S, g[j + 2]);
      s0 = a20.mul(a20).fma(g2, s0);
      FloatVector g3 = FloatVector.broadcast(S, g[j + 3]);
      s0 = a30.mul(a30).fma(g3, s0);
      FloatVector g4 = FloatVector.broadcast(S, g[j + 4]);
      s0 = a40.mul(a40).fma(g4, s0);
      FloatVector g5 = FloatVector.broadcast(S, g[j + 5]);
      s0 = a50.mul(a50).fma(g5, s0);
      FloatVector g6 = FloatVector.broadcast(S, g[j + 6]);
      s0 = a60.mul(a60).fma(g6, s0);
      FloatVector g7 = FloatVector.broadcast(S, g[j + 7]);
      s0 = a70.mul(a70).fma(g7, s0);
    }
    s0.intoArray(sum, offset);
  }

  /**
   * out = W in, for the layers between the first and the last.
   *
   * @param w the matrix
   * @param in w.columns × stride
   * @param stride row length, a multiple of the vector length
   * @param out receives w.rows × stride, padded to whole blocks of rows; must not alias in
   */
  static void product(PackedMatrix w, float[] in, int stride, float[] out) {
    for (int b = 0; b < w.blocks; b++) {
      for (int k = 0; k < stride; k += L) {
        product1(w, b, in, stride, k, out);
      }
    }
  }

  private static void product1(PackedMatrix w, int b, float[] in, int stride, int k, float[] out) {
    float[] values = w.values;
    int p = b * w.columns * R;
    FloatVector a0 = FloatVector.zero(S);
    FloatVector a1 = FloatVector.zero(S);
    FloatVector a2 = FloatVector.zero(S);
    FloatVector a3 = FloatVector.zero(S);
    FloatVector a4 = FloatVector.zero(S);
    FloatVector a5 = FloatVector.zero(S);
    FloatVector a6 = FloatVector.zero(S);
    FloatVector a7 = FloatVector.zero(S);
    for (int l = 0, q = k; l < w.columns; l++, p += R, q += stride) {
      FloatVector x = FloatVector.fromArray(S, in, q);
      a0 = x.fma(FloatVector.broadcast(S, values[p]), a0);
      a1 = x.fma(FloatVector.broadcast(S, values[p + 1]), a1);
      a2 = x.fma(FloatVector.broadcast(S, values[p + 2]), a2);
      a3 = x.fma(FloatVector.broadcast(S, values[p + 3]), a3);
      a4 = x.fma(FloatVector.broadcast(S, values[p + 4]), a4);
      a5 = x.fma(FloatVector.broadcast(S, values[p + 5]), a5);
      a6 = x.fma(FloatVector.broadcast(S, values[p + 6]), a6);
      a7 = x.fma(FloatVector.broadcast(S, values[p + 7]), a7);
    }
    int o = b * R * stride + k;
    a0.intoArray(out, o);
    a1.intoArray(out, o + stride);
    a2.intoArray(out, o + 2 * stride);
    a3.intoArray(out, o + 3 * stride);
    a4.intoArray(out, o + 4 * stride);
    a5.intoArray(out, o + 5 * stride);
    a6.intoArray(out, o + 6 * stride);
    a7.intoArray(out, o + 7 * stride);
  }

  /** Row j of out = f[j] times row j of a; rows × stride. */
  static void scaleRows(float[] a, float[] f, int rows, int stride, float[] out) {
    for (int j = 0, p = 0; j < rows; j++) {
      FloatVector factor = FloatVector.broadcast(S, f[j]);
      for (int k = 0; k < stride; k += L, p += L) {
        FloatVector.fromArray(S, a, p).mul(factor).intoArray(out, p);
      }
    }
  }

  /** Row j of out += factor · f[j] times row j of a; rows × stride. */
  static void addScaledRows(float factor, float[] f, float[] a, int rows, int stride, float[] out) {
    for (int j = 0, p = 0; j < rows; j++) {
      FloatVector scale = FloatVector.broadcast(S, f[j] * factor);
      for (int k = 0; k < stride; k += L, p += L) {
        scale
            .fma(FloatVector.fromArray(S, a, p), FloatVector.fromArray(S, out, p))
            .intoArray(out, p);
      }
    }
  }

  /** sum[k] = Σⱼ gⱼ aⱼₖ². */
  static void weightedSquares(float[] a, float[] g, int rows, int stride, float[] sum) {
    for (int k = 0; k < stride; k += L) {
      FloatVector s = FloatVector.zero(S);
      for (int j = 0; j < rows; j++) {
        FloatVector x = FloatVector.fromArray(S, a, j * stride + k);
        s = x.mul(x).fma(FloatVector.broadcast(S, g[j]), s);
      }
      s.intoArray(sum, k);
    }
  }
}
