package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
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
            .intoArray(bBar, p);
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
   * Every row of out = the row of a, times one row of b.
   *
   * @param a T × columns
   * @param b holds the row
   * @param offset where it starts in b
   * @param columns a multiple of T
   * @param out T × columns
   */
  static void multiplyRows(float[] a, float[] b, int offset, int columns, float[] out) {
    for (int e = 0; e < T; e++) {
      for (int l = 0; l < columns; l += L) {
        FloatVector.fromArray(S, a, e * columns + l)
            .mul(FloatVector.fromArray(S, b, offset + l))
            .intoArray(out, e * columns + l);
      }
    }
  }
}
