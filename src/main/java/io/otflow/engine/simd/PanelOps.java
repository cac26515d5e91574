package io.otflow.engine.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Elementwise work on panels; n counts floats and is a multiple of the tile. */
final class PanelOps {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;

  private PanelOps() {}

  /** out = a ⊙ b. */
  static void multiply(float[] a, float[] b, int n, float[] out) {
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p).mul(FloatVector.fromArray(S, b, p)).intoArray(out, p);
    }
  }

  /** out += a ⊙ b. */
  static void addProduct(float[] a, float[] b, int n, float[] out) {
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p)
          .fma(FloatVector.fromArray(S, b, p), FloatVector.fromArray(S, out, p))
          .intoArray(out, p);
    }
  }

  /** out += factor · a. */
  static void addScaled(float factor, float[] a, int n, float[] out) {
    FloatVector f = FloatVector.broadcast(S, factor);
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p).fma(f, FloatVector.fromArray(S, out, p)).intoArray(out, p);
    }
  }

  /** a *= factor. */
  static void scale(float factor, float[] a, int n) {
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p).mul(factor).intoArray(a, p);
    }
  }

  /** out = f · a + g · b. */
  static void weightedSum(float f, float[] a, float g, float[] b, int n, float[] out) {
    FloatVector ff = FloatVector.broadcast(S, f);
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p)
          .fma(ff, FloatVector.fromArray(S, b, p).mul(g))
          .intoArray(out, p);
    }
  }

  /** out = base + Σⱼ factor[j] · a[j], for j = 0 … count − 1; out may be base. */
  static void combine(float[] base, float[] factor, float[][] a, int count, int n, float[] out) {
    for (int p = 0; p < n; p += L) {
      FloatVector sum = FloatVector.fromArray(S, base, p);
      for (int j = 0; j < count; j++) {
        sum = FloatVector.fromArray(S, a[j], p).fma(FloatVector.broadcast(S, factor[j]), sum);
      }
      sum.intoArray(out, p);
    }
  }

  /** out = base + factor · a. */
  static void scaledSum(float[] base, float factor, float[] a, int n, float[] out) {
    FloatVector f = FloatVector.broadcast(S, factor);
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p).fma(f, FloatVector.fromArray(S, base, p)).intoArray(out, p);
    }
  }

  /** out = factor · a ⊙ b. */
  static void scaledProduct(float factor, float[] a, float[] b, int n, float[] out) {
    FloatVector f = FloatVector.broadcast(S, factor);
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p).mul(f).mul(FloatVector.fromArray(S, b, p)).intoArray(out, p);
    }
  }

  /** Row j of out = column[j · stride + offset] times row j of a, for j from a first row on. */
  static void scaleRows(
      float[] a, int from, int rows, float[] column, int stride, int offset, float[] out) {
    for (int j = from; j < rows; j++) {
      FloatVector f = FloatVector.broadcast(S, column[j * stride + offset]);
      FloatVector.fromArray(S, a, j * T).mul(f).intoArray(out, j * T);
      FloatVector.fromArray(S, a, j * T + L).mul(f).intoArray(out, j * T + L);
    }
  }

  /** The first n elements of out = 0. */
  static void fillZero(float[] out, int n) {
    Arrays.fill(out, 0, n, 0f);
  }

  /** out += factor · a ⊙ b. */
  static void addScaledProduct(float factor, float[] a, float[] b, int n, float[] out) {
    FloatVector f = FloatVector.broadcast(S, factor);
    for (int p = 0; p < n; p += L) {
      FloatVector.fromArray(S, a, p)
          .mul(f)
          .fma(FloatVector.fromArray(S, b, p), FloatVector.fromArray(S, out, p))
          .intoArray(out, p);
    }
  }

  /** sum += Σⱼ gⱼ aⱼ², lane by lane. */
  static void addWeightedSquares(float[] a, float[] g, int rows, float[] sum) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    for (int p = 0; p < rows * T; p += T) {
      FloatVector x0 = FloatVector.fromArray(S, a, p);
      FloatVector x1 = FloatVector.fromArray(S, a, p + L);
      s0 = x0.mul(x0).fma(FloatVector.fromArray(S, g, p), s0);
      s1 = x1.mul(x1).fma(FloatVector.fromArray(S, g, p + L), s1);
    }
    s0.add(FloatVector.fromArray(S, sum, 0)).intoArray(sum, 0);
    s1.add(FloatVector.fromArray(S, sum, L)).intoArray(sum, L);
  }

  /** Every row j of out += column[j · stride + offset] times row j of a. */
  static void addScaledRows(
      float[] a, int rows, float[] column, int stride, int offset, float[] out) {
    for (int j = 0; j < rows; j++) {
      FloatVector f = FloatVector.broadcast(S, column[j * stride + offset]);
      for (int p = j * T; p < (j + 1) * T; p += L) {
        FloatVector.fromArray(S, a, p).fma(f, FloatVector.fromArray(S, out, p)).intoArray(out, p);
      }
    }
  }

  /** sum += Σⱼ factor[j] · row j of a. */
  static void addWeightedRows(float[] a, int rows, float[] factor, float[] sum) {
    FloatVector s0 = FloatVector.fromArray(S, sum, 0);
    FloatVector s1 = FloatVector.fromArray(S, sum, L);
    for (int j = 0; j < rows; j++) {
      FloatVector f = FloatVector.broadcast(S, factor[j]);
      s0 = FloatVector.fromArray(S, a, j * T).fma(f, s0);
      s1 = FloatVector.fromArray(S, a, j * T + L).fma(f, s1);
    }
    s0.intoArray(sum, 0);
    s1.intoArray(sum, L);
  }

  /** Every row j of out = value[j] in all lanes. */
  static void fillRows(float[] value, int rows, float[] out) {
    for (int j = 0; j < rows; j++) {
      FloatVector f = FloatVector.broadcast(S, value[j]);
      f.intoArray(out, j * T);
      f.intoArray(out, j * T + L);
    }
  }

  /** Every row j of out = row j of a times the one row f. */
  static void scaleLanes(float[] a, int rows, float[] f, float[] out) {
    FloatVector f0 = FloatVector.fromArray(S, f, 0);
    FloatVector f1 = FloatVector.fromArray(S, f, L);
    for (int j = 0; j < rows; j++) {
      FloatVector.fromArray(S, a, j * T).mul(f0).intoArray(out, j * T);
      FloatVector.fromArray(S, a, j * T + L).mul(f1).intoArray(out, j * T + L);
    }
  }

  /** sum = Σⱼ (row j of a)². */
  static void sumSquares(float[] a, int rows, float[] sum) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    for (int j = 0; j < rows; j++) {
      FloatVector x0 = FloatVector.fromArray(S, a, j * T);
      FloatVector x1 = FloatVector.fromArray(S, a, j * T + L);
      s0 = x0.fma(x0, s0);
      s1 = x1.fma(x1, s1);
    }
    s0.intoArray(sum, 0);
    s1.intoArray(sum, L);
  }
}
