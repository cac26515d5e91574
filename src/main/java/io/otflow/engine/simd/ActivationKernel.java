package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * σ(a) = |a| + log(1 + e^(−2|a|)), tanh(a) and 1 − tanh²(a) from one exponential and one division.
 *
 * <p>With E = e^(−2|a|): tanh = sign(a)(1 − 2E/(1 + E)); 1 − tanh² = 4E/(1 + E)², to full relative
 * precision where tanh itself has none left (the trace sums it with one sign, so that an error in
 * it does not average out); and log(1 + E) = 2 artanh(r) for r = E/(2 + E) ≤ ⅓, by its series to
 * r¹³ (remainder under 1e-8). E is 2ⁿ times a polynomial of degree 6 in the rest, with the
 * coefficients of Cephes' expf (relative error 2e-7). Absolute error of both under 3e-7 of max(1,
 * |a|).
 */
final class ActivationKernel {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;
  private static final int T = Lanes.TILE;

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it rounds to an integer n and leaves n + 127, the exponent of 2ⁿ, in the low bits. */
  private static final float ROUND = 12582912f + 127f;

  /** e^−80 vanishes beside 1 in float, and 2ⁿ is still a normal number. */
  private static final float LOWEST = -80f;

  private ActivationKernel() {}

  /**
   * Turns preactivations into tanh, its derivative, and σ.
   *
   * @param a panel of preactivations without their bias, rows × T; receives tanh
   * @param rows rows of the panel
   * @param bias one number a row, added to a first
   * @param derivative receives 1 − tanh², rows × T
   * @param base panel to add to, or null for zero
   * @param h factor of σ
   * @param u receives base + hσ, rows × T; may be base; null when it is not needed
   */
  static void apply(
      float[] a, int rows, float[] bias, float[] derivative, float[] base, float h, float[] u) {
    for (int j = 0; j < rows; j++) {
      FloatVector shift = FloatVector.broadcast(S, bias[j]);
      for (int p = j * T; p < (j + 1) * T; p += L) {
        FloatVector x = FloatVector.fromArray(S, a, p).add(shift);
        FloatVector magnitude = x.abs();
        FloatVector y = magnitude.mul(-2f).max(LOWEST);
        FloatVector shifted =
            y.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, ROUND));
        FloatVector n = shifted.sub(ROUND);
        FloatVector r =
            n.fma(
                FloatVector.broadcast(S, -LN2_LOW), n.fma(FloatVector.broadcast(S, -LN2_HIGH), y));
        FloatVector e =
            r.fma(
                FloatVector.broadcast(S, 1.9875691500e-4f),
                FloatVector.broadcast(S, 1.3981999507e-3f));
        e = e.fma(r, FloatVector.broadcast(S, 8.3334519073e-3f));
        e = e.fma(r, FloatVector.broadcast(S, 4.1665795894e-2f));
        e = e.fma(r, FloatVector.broadcast(S, 1.6666665459e-1f));
        e = e.fma(r, FloatVector.broadcast(S, 5.0000001201e-1f));
        e = e.fma(r.mul(r), r).add(1f);
        e =
            e.mul(
                shifted
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 23)
                    .reinterpretAsFloats());
        FloatVector onePlus = e.add(1f);
        FloatVector twoPlus = e.add(2f);
        FloatVector inverse = FloatVector.broadcast(S, 1f).div(onePlus.mul(twoPlus));
        FloatVector half = twoPlus.mul(inverse);
        FloatVector share = e.mul(half);
        FloatVector tanh = share.fma(FloatVector.broadcast(S, -2f), FloatVector.broadcast(S, 1f));
        tanh.neg().blend(tanh, x.compare(VectorOperators.GE, 0f)).intoArray(a, p);
        share.mul(half).mul(4f).intoArray(derivative, p);
        if (u != null) {
          FloatVector q = e.mul(onePlus).mul(inverse);
          FloatVector q2 = q.mul(q);
          FloatVector series =
              q2.fma(FloatVector.broadcast(S, 2f / 13), FloatVector.broadcast(S, 2f / 11));
          series = series.fma(q2, FloatVector.broadcast(S, 2f / 9));
          series = series.fma(q2, FloatVector.broadcast(S, 2f / 7));
          series = series.fma(q2, FloatVector.broadcast(S, 2f / 5));
          series = series.fma(q2, FloatVector.broadcast(S, 2f / 3));
          series = series.fma(q2, FloatVector.broadcast(S, 2f));
          FloatVector sigma = series.fma(q, magnitude);
          if (base == null) {
            sigma.mul(h).intoArray(u, p);
          } else {
            sigma
                .fma(FloatVector.broadcast(S, h), FloatVector.fromArray(S, base, p))
                .intoArray(u, p);
          }
        }
      }
    }
  }
}
