package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * σ(a) = |a| + log(1 + e^(−2|a|)), tanh(a) and 1 − tanh²(a) from one exponential and one division.
 *
 * <p>With E = e^(−2|a|): tanh = sign(a)(1 − 2E/(1 + E)); 1 − tanh² = 4E/(1 + E)², to a relative
 * precision of 1e-6 where tanh itself has none left (the trace sums it with one sign, so that an
 * error in it does not average out). E = 2ʸ, y = −2|a| log₂e, is 2ⁿ for the nearest integer n times
 * a polynomial of degree 5 in y − n (minimax, relative error 7.5e-8), and log(1 + E) is E times one
 * of degree 8 in E (minimax on [0, 1], relative error 3e-8). Absolute error of tanh and σ under
 * 3e-7 of max(1, |a|).
 */
final class ActivationKernel {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;

  private static final float MINUS_2_LOG2_E = -2.8853900817779268f;

  /** Adding it rounds to an integer n and leaves n + 127, the exponent of 2ⁿ, in the low bits. */
  private static final float ROUND = 12582912f + 127f;

  /** 2^−115 vanishes beside 1 in float, and 2ⁿ is still a normal number. */
  private static final float LOWEST = -115f;

  private static final float P0 = 1.0000000716546822f;
  private static final float P1 = 0.693146967064733f;
  private static final float P2 = 0.24022119723848653f;
  private static final float P3 = 0.05550713273543078f;
  private static final float P4 = 0.009675541334209484f;
  private static final float P5 = 0.0013276471979286105f;

  private static final float Q0 = 0.9999999698795582f;
  private static final float Q1 = -0.4999949314045974f;
  private static final float Q2 = 0.33319096807235016f;
  private static final float Q3 = -0.24842982211617556f;
  private static final float Q4 = 0.19106006753700455f;
  private static final float Q5 = -0.13663245781295738f;
  private static final float Q6 = 0.07822595173111084f;
  private static final float Q7 = -0.029505238692683247f;
  private static final float Q8 = 0.0052326942442310195f;

  /** The sign bit; a blend by a mask costs several times as much on JDK 17. */
  private static final int SIGN = 0x80000000;

  private ActivationKernel() {}

  /**
   * Turns the preactivations of a layer that others follow into tanh, its derivative, and u = base
   * + hσ.
   *
   * @param a n preactivations; receives tanh
   * @param n a multiple of the vector length
   * @param derivative receives 1 − tanh²
   * @param base n numbers to add to, or null for zero
   * @param h factor of σ
   * @param u receives base + hσ; may be base
   */
  static void hidden(float[] a, int n, float[] derivative, float[] base, float h, float[] u) {
    for (int p = 0; p < n; p += L) {
      FloatVector x = FloatVector.fromArray(S, a, p);
      FloatVector magnitude = x.abs();
      FloatVector y = magnitude.mul(MINUS_2_LOG2_E).max(LOWEST);
      FloatVector shifted = y.add(ROUND);
      FloatVector r = y.sub(shifted.sub(ROUND));
      FloatVector e = r.fma(FloatVector.broadcast(S, P5), FloatVector.broadcast(S, P4));
      e = e.fma(r, FloatVector.broadcast(S, P3));
      e = e.fma(r, FloatVector.broadcast(S, P2));
      e = e.fma(r, FloatVector.broadcast(S, P1));
      e = e.fma(r, FloatVector.broadcast(S, P0));
      e =
          e.mul(
              shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      FloatVector inverse = FloatVector.broadcast(S, 1f).div(e.add(1f));
      FloatVector share = e.mul(inverse);
      FloatVector tanh = share.fma(FloatVector.broadcast(S, -2f), FloatVector.broadcast(S, 1f));
      tanh.reinterpretAsInts()
          .or(x.reinterpretAsInts().and(SIGN))
          .reinterpretAsFloats()
          .intoArray(a, p);
      share.mul(inverse).mul(4f).intoArray(derivative, p);
      FloatVector q = e.fma(FloatVector.broadcast(S, Q8), FloatVector.broadcast(S, Q7));
      q = q.fma(e, FloatVector.broadcast(S, Q6));
      q = q.fma(e, FloatVector.broadcast(S, Q5));
      q = q.fma(e, FloatVector.broadcast(S, Q4));
      q = q.fma(e, FloatVector.broadcast(S, Q3));
      q = q.fma(e, FloatVector.broadcast(S, Q2));
      q = q.fma(e, FloatVector.broadcast(S, Q1));
      q = q.fma(e, FloatVector.broadcast(S, Q0));
      FloatVector sigma = q.fma(e, magnitude);
      if (base == null) {
        sigma.mul(h).intoArray(u, p);
      } else {
        sigma.fma(FloatVector.broadcast(S, h), FloatVector.fromArray(S, base, p)).intoArray(u, p);
      }
    }
  }

  /**
   * Turns the preactivations of the last layer into tanh and its derivative; its σ is not needed.
   *
   * @param a n preactivations; receives tanh
   * @param n a multiple of the vector length
   * @param derivative receives 1 − tanh²
   */
  static void last(float[] a, int n, float[] derivative) {
    for (int p = 0; p < n; p += L) {
      FloatVector x = FloatVector.fromArray(S, a, p);
      FloatVector y = x.abs().mul(MINUS_2_LOG2_E).max(LOWEST);
      FloatVector shifted = y.add(ROUND);
      FloatVector r = y.sub(shifted.sub(ROUND));
      FloatVector e = r.fma(FloatVector.broadcast(S, P5), FloatVector.broadcast(S, P4));
      e = e.fma(r, FloatVector.broadcast(S, P3));
      e = e.fma(r, FloatVector.broadcast(S, P2));
      e = e.fma(r, FloatVector.broadcast(S, P1));
      e = e.fma(r, FloatVector.broadcast(S, P0));
      e =
          e.mul(
              shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      FloatVector inverse = FloatVector.broadcast(S, 1f).div(e.add(1f));
      FloatVector share = e.mul(inverse);
      FloatVector tanh = share.fma(FloatVector.broadcast(S, -2f), FloatVector.broadcast(S, 1f));
      tanh.reinterpretAsInts()
          .or(x.reinterpretAsInts().and(SIGN))
          .reinterpretAsFloats()
          .intoArray(a, p);
      share.mul(inverse).mul(4f).intoArray(derivative, p);
    }
  }
}
