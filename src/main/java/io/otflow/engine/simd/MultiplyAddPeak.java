package io.otflow.engine.simd;

import io.otflow.engine.VectorUnit;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the multiply-add units of one core do at most: twelve independent chains of fused
 * multiply-adds in registers, no memory. Benchmarks state their speed as a share of it.
 */
public final class MultiplyAddPeak implements VectorUnit {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int CHAINS = 12;
  private static final int LENGTH = 500_000;
  private static final int ROUNDS = 12;

  /** For {@code Engines}. */
  public MultiplyAddPeak() {}

  /** The best of several rounds. */
  @Override
  public double peakGflops() {
    float[] values = new float[2 * S.length()];
    Arrays.fill(values, 0.3f);
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      float sum = run(values);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!(sum > 0)) {
        throw new IllegalStateException("the multiply-adds sum to " + sum);
      }
      best = Math.max(best, 2.0 * CHAINS * S.length() * LENGTH / seconds / 1e9);
    }
    return best;
  }

  @Override
  public int bits() {
    return S.vectorBitSize();
  }

  private static float run(float[] values) {
    FloatVector x = FloatVector.fromArray(S, values, 0);
    FloatVector y = FloatVector.fromArray(S, values, S.length());
    FloatVector a0 = x;
    FloatVector a1 = x.add(1f);
    FloatVector a2 = x.add(2f);
    FloatVector a3 = x.add(3f);
    FloatVector a4 = x.add(4f);
    FloatVector a5 = x.add(5f);
    FloatVector a6 = x.add(6f);
    FloatVector a7 = x.add(7f);
    FloatVector a8 = x.add(8f);
    FloatVector a9 = x.add(9f);
    FloatVector a10 = x.add(10f);
    FloatVector a11 = x.add(11f);
    for (int i = 0; i < LENGTH; i++) {
      a0 = x.fma(y, a0);
      a1 = x.fma(y, a1);
      a2 = x.fma(y, a2);
      a3 = x.fma(y, a3);
      a4 = x.fma(y, a4);
      a5 = x.fma(y, a5);
      a6 = x.fma(y, a6);
      a7 = x.fma(y, a7);
      a8 = x.fma(y, a8);
      a9 = x.fma(y, a9);
      a10 = x.fma(y, a10);
      a11 = x.fma(y, a11);
    }
    FloatVector even = a0.add(a2).add(a4).add(a6).add(a8).add(a10);
    FloatVector odd = a1.add(a3).add(a5).add(a7).add(a9).add(a11);
    return even.add(odd).reduceLanes(VectorOperators.ADD);
  }
}
