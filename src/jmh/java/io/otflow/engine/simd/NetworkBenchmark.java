package io.otflow.engine.simd;

import io.otflow.model.Architecture;
import io.otflow.testing.RandomModels;
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

/** One evaluation of the potential's gradient, and of its trace, for a tile and for one event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class NetworkBenchmark {

  /** m,d,layers. */
  @Param({"32,8,2", "64,8,2", "128,32,2", "256,43,2", "64,8,4"})
  public String shape;

  /** Whether a tile of events is evaluated, or one event. */
  @Param({"true", "false"})
  public boolean tile;

  private Network network;
  private float[] x;
  private float[] gradient;
  private float[] trace;

  /** Draws weights and events. */
  @Setup
  public void fill() {
    String[] numbers = shape.split(",", -1);
    int d = Integer.parseInt(numbers[1]);
    Architecture architecture =
        Architecture.of(d, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[2]));
    network =
        tile
            ? new TileNetwork(architecture, Network.Purpose.SCORING)
            : new EventNetwork(architecture);
    network.load(RandomModels.parameters(architecture, 1).toFloats());
    Random random = new Random(2);
    x = network.rows(d);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    gradient = network.rows(d);
    trace = new float[network.width()];
  }

  /**
   * ∇Φ.
   *
   * @return what must not be optimized away
   */
  @Benchmark
  public float[] gradient() {
    network.gradient(x, 0.5f, gradient);
    return gradient;
  }

  /**
   * tr ∇²Φ, with the evaluation that it needs.
   *
   * @return what must not be optimized away
   */
  @Benchmark
  public float[] trace() {
    network.traceAt(x, 0.5f, trace);
    return trace;
  }
}
