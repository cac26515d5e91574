package io.otflow.engine.simd;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The inner loops, each by itself. Those of a tile work on {@link Lanes#TILE} events at once;
 * operations of a call are given with each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class KernelBenchmark {

  private static final int T = Lanes.TILE;

  /** Width of the network. */
  @Param({"32", "64", "128", "256"})
  public int m;

  private PanelMatrix panels;
  private ColumnMatrix columns;
  private float[] init;
  private float[] in;
  private float[] out;
  private float[] curvature;
  private float[] sum;
  private float[] preactivation;
  private float[] hidden;
  private float[] derivative;

  /** Fills the operands. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    panels = PanelMatrix.of(m, m);
    columns = new ColumnMatrix(m, m);
    float[] weights = numbers(random, m * m);
    panels.set(weights, 0, m, 1);
    columns.set(weights, 0, m, 1);
    init = numbers(random, Math.max(Lanes.padRows(m), Lanes.padColumns(m)));
    in = numbers(random, Lanes.padRows(m) * T);
    curvature = numbers(random, Lanes.padRows(m) * T);
    preactivation = numbers(random, m * T);
    out = Lanes.panel(m);
    hidden = new float[m * T];
    derivative = new float[m * T];
    sum = new float[T];
  }

  private static float[] numbers(Random random, int n) {
    float[] a = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = (float) random.nextGaussian();
    }
    return a;
  }

  /**
   * A layer of a tile: 2m²T operations.
   *
   * @return what must not be optimized away
   */
  @Benchmark
  public float[] layerOfATile() {
    panels.multiply(in, init, out);
    return out;
  }

  /**
   * One feature's share of the trace, of a tile: 2m²T operations.
   *
   * @return what must not be optimized away
   */
  @Benchmark
  public float[] traceOfATile() {
    panels.addWeightedSquares(0, in, curvature, sum);
    return sum;
  }

  /**
   * A layer of one event: 2m² operations; from L2 where 4m² bytes are more than L1 holds.
   *
   * @return what must not be optimized away
   */
  @Benchmark
  public float[] layerOfAnEvent() {
    VectorKernels.multiply(columns, in, init, out);
    return out;
  }

  /**
   * σ, tanh and 1 − tanh² of mT numbers; the copy that each call needs is in the time.
   *
   * @return what must not be optimized away
   */
  @Benchmark
  public float[] activationOfATile() {
    System.arraycopy(preactivation, 0, hidden, 0, m * T);
    ActivationKernel.hidden(hidden, m * T, derivative, null, 1f, out);
    return hidden;
  }
}
