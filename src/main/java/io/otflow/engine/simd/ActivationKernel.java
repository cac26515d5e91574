package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * σ(a) = |a| + log(1 + e^(−2|a|)), tanh(a) and 1 − tanh²(a) from one exponential and one division.
 *
 * <p>With E = e^(−2|a|) and s = 2/(1 + E): tanh = sign(a)(1 − Es) and 1 − tanh² = Es², which keeps
 * small values where tanh itself has no digits left (the trace sums it with one sign, so that an
 * error in it does not average out). E is the eighth power of a polynomial of degree 9 in |a| for
 * e^(−|a|/4) (minimax, relative error 8e-9), with |a| cut at 10.5, where E is 8e-10. log(1 + E) is
 * E times a polynomial of degree 8 in E (minimax on [0, 1], relative error 3e-8). Absolute error of
 * tanh, 1 − tanh² and σ under 4e-7 of max(1, |a|); their mean errors are 1e-8 or less.
 *
 * <p>Floats only: exponents by integer instructions would be shorter, but on JDK 17 the JIT at
 * times leaves a reinterpretation of a vector uncompiled, and every vector there becomes an object.
 */
final class ActivationKernel {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.LENGTH;

  /** e^−21 vanishes beside 1 in float. */
  private static final float CUT = 10.5f;

  /** Sends all but the smallest numbers past ±1. */
  private static final float HUGE = 1e30f;

  private static final float P0 = 0.9999999921207227f;
  private static final float P1 = -0.24999988145312085f;
  private static final float P2 = 0.031249688802539175f;
  private static final float P3 = -0.002603836634754418f;
  private static final float P4 = 1.625767288315826e-4f;
  private static final float P5 = -8.077517489019161e-6f;
  private static final float P6 = 3.265636163036661e-7f;
  private static final float P7 = -1.0440759748915488e-8f;
  private static final float P8 = 2.3500585289666555e-10f;
  private static final float P9 = -2.7205681101978434e-12f;

  private static final float Q0 = 0.9999999698795582f;
  private static final float Q1 = -0.4999949314045974f;
  private static final float Q2 = 0.33319096807235016f;
  private static final float Q3 = -0.24842982211617556f;
  private static final float Q4 = 0.19106006753700455f;
  private static final float Q5 = -0.13663245781295738f;
  private static final float Q6 = 0.07822595173111084f;
  private static final float Q7 = -0.029505238692683247f;
  private static final float Q8 = 0.0052326942442310195f;

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
      FloatVector y = magnitude.min(CUT);
      FloatVector e = y.fma(FloatVector.broadcast(S, P9), FloatVector.broadcast(S, P8));
      e = e.fma(y, FloatVector.broadcast(S, P7));
      e = e.fma(y, FloatVector.broadcast(S, P6));
      e = e.fma(y, FloatVector.broadcast(S, P5));
      e = e.fma(y, FloatVector.broadcast(S, P4));
      e = e.fma(y, FloatVector.broadcast(S, P3));
      e = e.fma(y, FloatVector.broadcast(S, P2));
      e = e.fma(y, FloatVector.broadcast(S, P1));
      e = e.fma(y, FloatVector.broadcast(S, P0));
      e = e.mul(e);
      e = e.mul(e);
      e = e.mul(e);
      FloatVector s = FloatVector.broadcast(S, 2f).div(e.add(1f));
      FloatVector es = e.mul(s);
      FloatVector sign = x.mul(HUGE).max(-1f).min(1f);
      FloatVector.broadcast(S, 1f).sub(es).mul(sign).intoArray(a, p);
      es.mul(s).intoArray(derivative, p);
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
      FloatVector y = x.abs().min(CUT);
      FloatVector e = y.fma(FloatVector.broadcast(S, P9), FloatVector.broadcast(S, P8));
      e = e.fma(y, FloatVector.broadcast(S, P7));
      e = e.fma(y, FloatVector.broadcast(S, P6));
      e = e.fma(y, FloatVector.broadcast(S, P5));
      e = e.fma(y, FloatVector.broadcast(S, P4));
      e = e.fma(y, FloatVector.broadcast(S, P3));
      e = e.fma(y, FloatVector.broadcast(S, P2));
      e = e.fma(y, FloatVector.broadcast(S, P1));
      e = e.fma(y, FloatVector.broadcast(S, P0));
      e = e.mul(e);
      e = e.mul(e);
      e = e.mul(e);
      FloatVector s = FloatVector.broadcast(S, 2f).div(e.add(1f));
      FloatVector es = e.mul(s);
      FloatVector sign = x.mul(HUGE).max(-1f).min(1f);
      FloatVector.broadcast(S, 1f).sub(es).mul(sign).intoArray(a, p);
      es.mul(s).intoArray(derivative, p);
    }
  }
}
