package io.otflow.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.engine.DeviceException;
import io.otflow.engine.EngineUnavailableException;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.Precision;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.EngineContract;
import io.otflow.testing.RandomModels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine around the kernel, on the stand-in for the driver: batches, memory, and failures. */
class CudaEngineTest {

  private static final String DEVICE = "device 0 (Stand-in, compute capability 9.0): ";

  @BeforeAll
  static void build() {
    HostBuild.install();
  }

  @AfterEach
  void nothingStaysAlive() {
    StandIn.INSTANCE.otflow_standin_reset();
    for (String kind : List.of("device", "pinned", "modules", "streams", "events", "contexts")) {
      assertThat(StandIn.INSTANCE.otflow_standin_alive(kind)).as(kind).isZero();
    }
    HostBuild.install();
  }

  private static void set(String key, String value) {
    StandIn.INSTANCE.otflow_standin_set(key, value);
  }

  private static CudaEngine engine(Integration integration) {
    return new CudaEngine(integration, Precision.SINGLE, 0);
  }

  private static double[] score(LikelihoodEngine engine, double[] x, int rows) {
    double[] out = new double[rows];
    engine.score(x, rows, out, null);
    return out;
  }

  @Test
  void saysWhatItRunsOn() {
    try (CudaEngine engine = engine(Integration.rk4(2))) {
      assertThat(engine.name()).isEqualTo("cuda");
      assertThat(engine.description())
          .isEqualTo("cuda on device 0 (Stand-in, compute capability 9.0)");
    }
  }

  @Test
  void aRowDoesNotDependOnItsNeighbours() {
    EngineContract.aRowDoesNotDependOnItsNeighbours(CudaEngineTest::engine);
  }

  @Test
  void zeroParametersGiveTheNormalDensityInTheUsersUnits() {
    EngineContract.zeroParametersGiveTheNormalDensityInTheUsersUnits(CudaEngineTest::engine);
  }

  @Test
  void aRowOutOfRangeIsImpossibleAndLeavesItsNeighboursAlone() {
    EngineContract.aRowOutOfRangeIsImpossibleAndLeavesItsNeighboursAlone(CudaEngineTest::engine);
  }

  @Test
  void aFrontIsPartOfTheDensity() {
    EngineContract.aFrontIsPartOfTheDensity(CudaEngineTest::engine);
  }

  @Test
  void refusesWhatItCannotScore() {
    EngineContract.refusesWhatItCannotScore(CudaEngineTest::engine);
    try (CudaEngine engine = engine(Integration.rk4(4))) {
      engine.load(RandomModels.snapshot(Architecture.of(2, 8, 2), 3));
      assertThatThrownBy(() -> engine.begin(new double[2], 0)).hasMessageContaining("rows is 0");
      assertThatThrownBy(() -> engine.end(new double[1], null)).hasMessage("no batch is under way");
      assertThat(score(engine, new double[0], 0)).isEmpty();
    }
    assertThatThrownBy(() -> new CudaEngine(Integration.rk4(1), Precision.DOUBLE, 0))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("not in double");
  }

  @Test
  void twoBatchesAreUnderWayAndEndInOrder() {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(2, 8, 2), 3);
    double[] x = RandomModels.rows(30, 2, 5);
    try (CudaEngine engine = engine(Integration.rk4(2))) {
      engine.load(model);
      double[] expected = score(engine, x, 30);
      double[] filling = Arrays.copyOfRange(x, 0, 20);
      engine.begin(filling, 10);
      Arrays.fill(filling, 0);
      engine.begin(Arrays.copyOfRange(x, 20, 60), 20);
      assertThat(engine.underWay()).isEqualTo(2);
      assertThatThrownBy(() -> engine.begin(x, 1)).hasMessageContaining("2 batches are under way");
      assertThatThrownBy(() -> engine.load(model)).hasMessageContaining("end them first");
      assertThatThrownBy(() -> score(engine, x, 1)).hasMessageContaining("end them first");
      double[] first = new double[10];
      double[] second = new double[20];
      engine.end(first, null);
      engine.end(second, null);
      assertThat(first).isEqualTo(Arrays.copyOfRange(expected, 0, 10));
      assertThat(second).isEqualTo(Arrays.copyOfRange(expected, 10, 30));
    }
  }

  @Test
  void moreRowsThanABatchHoldsGoInSeveral() {
    int rows = 2 * 65_536 + 3;
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(1, 4, 2), 3);
    double[] x = RandomModels.rows(rows, 1, 5);
    try (CudaEngine engine = engine(Integration.quadrature(1, 1))) {
      engine.load(model);
      double[] all = score(engine, x, rows);
      assertThat(StandIn.INSTANCE.otflow_standin_calls("cuLaunchKernel")).isEqualTo(3);
      for (int row : new int[] {0, 65_535, 65_536, 131_071, 131_072, rows - 1}) {
        assertThat(score(engine, new double[] {x[row]}, 1)[0]).isEqualTo(all[row]);
      }
      assertThat(engine.kernelSeconds()).isPositive();
    }
  }

  @Test
  void anotherModelTakesTheSameMemory() {
    double[] x = RandomModels.rows(4, 3, 5);
    try (CudaEngine engine = engine(Integration.rk4(2));
        CudaEngine beside = engine(Integration.rk4(2))) {
      engine.load(RandomModels.snapshot(Architecture.of(3, 8, 2), 1));
      beside.load(RandomModels.snapshot(Architecture.of(3, 8, 2), 1));
      double[] before = score(engine, x, 4);
      // Twice each: both batches of an engine have their memory then.
      assertThat(score(engine, x, 4)).isEqualTo(before);
      assertThat(score(beside, x, 4)).isEqualTo(before);
      assertThat(score(beside, x, 4)).isEqualTo(before);
      long alive = StandIn.INSTANCE.otflow_standin_alive("device");
      for (int i = 2; i < 10; i++) {
        engine.load(RandomModels.snapshot(Architecture.of(3, 8, 2), i));
      }
      assertThat(score(engine, x, 4)).isNotEqualTo(before);
      assertThat(score(beside, x, 4)).isEqualTo(before);
      assertThat(StandIn.INSTANCE.otflow_standin_alive("contexts")).isEqualTo(1);
      engine.load(RandomModels.snapshot(Architecture.of(3, 8, 2), 1));
      assertThat(score(engine, x, 4)).isEqualTo(before);
      assertThat(StandIn.INSTANCE.otflow_standin_alive("device")).isEqualTo(alive);
    }
  }

  /** {@link #nothingStaysAlive} sees what is left. */
  @Test
  void aThousandLoadsAndClosesLeaveNothing() {
    ModelSnapshot model = RandomModels.snapshot(Architecture.of(2, 8, 2), 1);
    for (int i = 0; i < 1000; i++) {
      try (CudaEngine engine = engine(Integration.rk4(1))) {
        engine.load(model);
      }
    }
    assertThat(StandIn.INSTANCE.otflow_standin_calls("cuDevicePrimaryCtxRetain")).isEqualTo(1000);
  }

  /** A call that fails, and what the user reads; the device is never believed after it. */
  @ParameterizedTest
  @CsvSource({
    "cuMemAlloc_v2:2:0, CUDA_ERROR_OUT_OF_MEMORY (2), fewer subtasks",
    "cuMemAlloc_v2:2:2, CUDA_ERROR_OUT_OF_MEMORY (2), fewer subtasks",
    "cuMemHostAlloc:2:0, CUDA_ERROR_OUT_OF_MEMORY (2), fewer subtasks",
    "cuModuleLoadData:222:0, CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222), install a newer one",
    "cuModuleLoadData:209:0, CUDA_ERROR_NO_BINARY_FOR_GPU (209), install a newer one",
    "cuMemcpyHtoDAsync_v2:700:2, CUDA_ERROR_ILLEGAL_ADDRESS (700), restart the task manager",
    "cuLaunchKernel:719:0, CUDA_ERROR_LAUNCH_FAILED (719), restart the task manager",
    "cuStreamSynchronize:700:1, CUDA_ERROR_ILLEGAL_ADDRESS (700), restart the task manager",
    "cuMemcpyDtoHAsync_v2:999:0, CUDA_ERROR_UNKNOWN (999), restart the task manager",
  })
  void aFailureNamesTheDeviceAndWhatToDo(String injected, String error, String advice) {
    set("FAIL", injected);
    double[] out = {1.25, 1.25};
    CudaEngine engine = engine(Integration.adaptive(2, 1e-2));
    assertThatThrownBy(
            () -> {
              engine.load(RandomModels.snapshot(Architecture.of(2, 8, 2), 1));
              engine.score(new double[] {1, 2, 3, 4}, 2, out, null);
            })
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith(DEVICE)
        .hasMessageContaining("failed with " + error)
        .hasMessageContaining(advice);
    assertThat(out).containsExactly(1.25, 1.25);
    boolean lost = injected.matches(".*:[79]\\d\\d:.*");
    if (lost) {
      assertThatThrownBy(() -> score(engine, new double[] {1, 2}, 1))
          .isInstanceOf(DeviceException.class);
      engine.close();
      StandIn.INSTANCE.otflow_standin_forget();
    } else {
      engine.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cuDevicePrimaryCtxRetain:2:0",
    "cuStreamCreate:2:0",
    "cuStreamCreate:2:1",
    "cuEventCreate:2:1",
    "cuEventCreate:2:3"
  })
  void anEngineThatDoesNotStartHoldsNothing(String injected) {
    set("FAIL", injected);
    assertThatThrownBy(() -> engine(Integration.rk4(1)))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
  }

  @Test
  void aDeviceThatIsTooOldOrNotThereIsRefused() {
    set("CAPABILITY", "7.5");
    assertThatThrownBy(() -> engine(Integration.rk4(1)))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessage(
            "engine 'cuda' needs compute capability 8.0 or newer, got device 0 (Stand-in, compute"
                + " capability 7.5): use --engine nd4j or --engine simd");
    set("CAPABILITY", "9.0");
    assertThatThrownBy(() -> new CudaEngine(Integration.rk4(1), Precision.SINGLE, 3))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("was given device 3, but the driver has 1");
  }
}
