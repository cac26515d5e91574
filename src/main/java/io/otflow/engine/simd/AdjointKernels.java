package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Elementwise steps of {@link TileAdjoint}. */
final class AdjointKernels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;

  private AdjointKernels() {}

  /**
   * For a column of B and J̄ (that of J = Jₗₒwₑᵣ + h tanh ⊙ B): B̄ = 2 q c ⊙ B + h tanh ⊙ J̄, tanh̄
   * += h J̄ ⊙ B, squares += B ⊙ B.
   *
   * @param b B, rows × T
   * @param c curvature, which holds the factor h, rows × T
   * @param tanh rows × T
   * @param q one row
   * @param h residual step
   * @param rows rows of the panels
   * @param jBar J̄, rows × T
   * @param bBar receives B̄
   * @param offset where it begins in bBar
   * @param tanhBar added to
   * @param squares added to
   */
  static void reverseProduct(
      float[] b,
      float[] c,
      float[] tanh,
      float[] q,
      float h,
      int rows,
      float[] jBar,
      float[] bBar,
      int offset,
      float[] tanhBar,
      float[] squares) {
    FloatVector step = FloatVector.broadcast(S, h);
    for (int lane = 0; lane < T; lane += L) {
      FloatVector twoQ = FloatVector.fromArray(S, q, lane).mul(2f);
      for (int p = lane; p < rows * T; p += T) {
        FloatVector product = FloatVector.fromArray(S, b, p);
        FloatVector bar = FloatVector.fromArray(S, jBar, p).mul(step);
        FloatVector.fromArray(S, c, p)
            .mul(twoQ)
            .mul(product)
            .add(bar.mul(FloatVector.fromArray(S, tanh, p)))
            .intoArray(bBar, offset + p);
        bar.fma(product, FloatVector.fromArray(S, tanhBar, p)).intoArray(tanhBar, p);
        product.fma(product, FloatVector.fromArray(S, squares, p)).intoArray(squares, p);
      }
    }
  }

  /**
   * For the adjoint of f (1 − tanh²) z: tanh̄ −= 2 f tanh z ⊙ bar, z̄ += f (1 − tanh²) ⊙ bar.
   *
   * @param bar rows × T
   * @param f factor
   * @param tanh rows × T
   * @param derivative 1 − tanh², rows × T
   * @param z rows × T
   * @param rows rows of the panels
   * @param tanhBar added to
   * @param zBar added to
   */
  static void reverseCurvature(
      float[] bar,
      float f,
      float[] tanh,
      float[] derivative,
      float[] z,
      int rows,
      float[] tanhBar,
      float[] zBar) {
    FloatVector factor = FloatVector.broadcast(S, f);
    for (int p = 0; p < rows * T; p += L) {
      FloatVector scaled = FloatVector.fromArray(S, bar, p).mul(factor);
      FloatVector.fromArray(S, tanh, p)
          .mul(FloatVector.fromArray(S, z, p))
          .mul(-2f)
          .fma(scaled, FloatVector.fromArray(S, tanhBar, p))
          .intoArray(tanhBar, p);
      FloatVector.fromArray(S, derivative, p)
          .fma(scaled, FloatVector.fromArray(S, zBar, p))
          .intoArray(zBar, p);
    }
  }

  /**
   * Scales the columns of a transposed panel: element (e, j) times f[j].
   *
   * @param a columns × T, as {@link OuterKernels#transpose} lays it out
   * @param f holds a factor for each column
   * @param from where they begin in f
   * @param columns a multiple of T
   * @param out receives columns × T
   * @param offset where it begins in out
   */
  static void scaleTransposed(
      float[] a, float[] f, int from, int columns, float[] out, int offset) {
    for (int l = 0; l < columns; l += T) {
      FloatVector f0 = FloatVector.fromArray(S, f, from + l);
      FloatVector f1 = FloatVector.fromArray(S, f, from + l + L);
      for (int p = l * T; p < (l + T) * T; p += T) {
        FloatVector.fromArray(S, a, p).mul(f0).intoArray(out, offset + p);
        FloatVector.fromArray(S, a, p + L).mul(f1).intoArray(out, offset + p + L);
      }
    }
  }

  /**
   * For a column of B of the last layer: B̄ = 2 q c ⊙ B, squares += B ⊙ B.
   *
   * @param b B, rows × T
   * @param c curvature, which holds the factor h, rows × T
   * @param q one row
   * @param rows rows of the panels
   * @param bBar receives B̄
   * @param offset where it begins in bBar
   * @param squares added to
   */
  static void reverseLastProduct(
      float[] b, float[] c, float[] q, int rows, float[] bBar, int offset, float[] squares) {
    FloatVector q0 = FloatVector.fromArray(S, q, 0).mul(2f);
    FloatVector q1 = FloatVector.fromArray(S, q, L).mul(2f);
    for (int p = 0; p < rows * T; p += T) {
      FloatVector b0 = FloatVector.fromArray(S, b, p);
      FloatVector b1 = FloatVector.fromArray(S, b, p + L);
      FloatVector.fromArray(S, c, p).mul(q0).mul(b0).intoArray(bBar, offset + p);
      FloatVector.fromArray(S, c, p + L).mul(q1).mul(b1).intoArray(bBar, offset + p + L);
      b0.fma(b0, FloatVector.fromArray(S, squares, p)).intoArray(squares, p);
      b1.fma(b1, FloatVector.fromArray(S, squares, p + L)).intoArray(squares, p + L);
    }
  }

  /**
   * For J₀ = diag(tanh) K₀E, column by column: tanh̄ += J̄ ⊙ K₀E, and the sums over lanes of J̄ ⊙
   * tanh go to the gradient of K₀E.
   *
   * @param jBar J̄, rows × T
   * @param tanh rows × T
   * @param rows rows of the panels
   * @param first holds the column of K₀E
   * @param stride row length of first
   * @param column the column in first
   * @param tanhBar added to
   * @param firstBar holds the column's gradient, added to
   * @param barStride row length of firstBar
   */
  static void reverseFirstColumn(
      float[] jBar,
      float[] tanh,
      int rows,
      float[] first,
      int stride,
      int column,
      float[] tanhBar,
      float[] firstBar,
      int barStride) {
    for (int j = 0, p = 0; j < rows; j++, p += T) {
      FloatVector f = FloatVector.broadcast(S, first[j * stride + column]);
      FloatVector b0 = FloatVector.fromArray(S, jBar, p);
      FloatVector b1 = FloatVector.fromArray(S, jBar, p + L);
      b0.fma(f, FloatVector.fromArray(S, tanhBar, p)).intoArray(tanhBar, p);
      b1.fma(f, FloatVector.fromArray(S, tanhBar, p + L)).intoArray(tanhBar, p + L);
      firstBar[j * barStride + column] +=
          b0.mul(FloatVector.fromArray(S, tanh, p))
              .add(b1.mul(FloatVector.fromArray(S, tanh, p + L)))
              .reduceLanes(VectorOperators.ADD);
    }
  }
}
