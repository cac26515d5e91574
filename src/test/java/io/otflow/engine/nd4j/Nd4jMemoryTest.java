package io.otflow.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.engine.Integration;
import io.otflow.engine.Precision;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.RandomModels;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Memory outside of the heap, as the operating system counts that of the process. */
class Nd4jMemoryTest {

  private static final long MEGABYTE = 1 << 20;

  /**
   * A model of this size takes some 40 MB (two or three arrays of 2²⁰ doubles, and more): 20 of
   * them would be 800 MB, and 300 MB with what the collector of the heap gets around to. Measured
   * with nothing left behind: 70 MB, the heap's own growth.
   */
  @Test
  void scoringAndLoadingLeaveNothingBehind() {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(16, 64, 3), 1);
    double[] x = RandomModels.rows(1024, 16, 2);
    double[] out = new double[1024];
    try (Nd4jEngine engine = new Nd4jEngine(Integration.rk4(1), Precision.DOUBLE)) {
      engine.load(model);
      engine.score(x, 1024, out, null);
      long before = Pointer.physicalBytes();
      for (int i = 0; i < 20; i++) {
        engine.score(x, 1024, out, null);
        engine.load(model);
        engine.score(x, 1024, out, null);
      }
      assertThat(Pointer.physicalBytes() - before).isLessThan(160 * MEGABYTE);
    }
  }
}
