package io.otflow.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/** The kernel of {@code src/main/cuda/peak.cu}: multiply-adds and nothing else. */
final class PeakKernel {

  private static final String NAME = "peak";
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;
  private static final int ROUNDS = 4096;
  private static final int CHAINS_TIMES_REPEATS = 16 * 16;
  private static final int LAUNCHES = 6;
  private static final float FACTOR = 0.5f;

  private PeakKernel() {}

  /**
   * Measures; the device must be current.
   *
   * @param device the device
   * @param stream a stream without work
   * @param events two events
   * @return 10⁹ operations a second of the fastest launch
   */
  static double gflops(Device device, Pointer stream, Pointer[] events) {
    DriverLibrary library = device.library();
    int blocks = BLOCKS_PER_MULTIPROCESSOR * device.multiprocessors();
    PointerByReference module = new PointerByReference();
    device.check(library.cuModuleLoadData(module, Device.image(NAME)), "loading module " + NAME);
    try (DeviceBuffer out = new DeviceBuffer(device, "the peak's results")) {
      PointerByReference function = new PointerByReference();
      device.check(
          library.cuModuleGetFunction(function, module.getValue(), NAME), "finding kernel " + NAME);
      out.require((long) blocks * Tile.THREADS * Float.BYTES);
      float[] milliseconds = new float[1];
      double best = Double.POSITIVE_INFINITY;
      try (Parameters parameters = new Parameters(out.address())) {
        for (int i = 0; i < LAUNCHES; i++) {
          device.check(library.cuEventRecord(events[0], stream), "cuEventRecord");
          device.check(
              library.cuLaunchKernel(
                  function.getValue(),
                  blocks,
                  1,
                  1,
                  Tile.THREADS,
                  1,
                  1,
                  0,
                  stream,
                  parameters.array,
                  null),
              "launching the kernel " + NAME);
          device.check(library.cuEventRecord(events[1], stream), "cuEventRecord");
          device.check(library.cuStreamSynchronize(stream), "measuring the peak");
          device.check(
              library.cuEventElapsedTime(milliseconds, events[0], events[1]), "cuEventElapsedTime");
          best = Math.min(best, milliseconds[0] / 1e3);
        }
      }
      return 2e-9 * CHAINS_TIMES_REPEATS * ROUNDS * (double) blocks * Tile.THREADS / best;
    } finally {
      device.check(library.cuModuleUnload(module.getValue()), "unloading module " + NAME);
    }
  }

  /** The kernel's three parameters, and the array of their addresses. */
  private static final class Parameters implements AutoCloseable {
    private final Memory values = new Memory(Long.BYTES + Integer.BYTES + Float.BYTES);
    private final Memory array = new Memory(3L * Native.POINTER_SIZE);

    Parameters(long out) {
      values.setLong(0, out);
      values.setInt(Long.BYTES, ROUNDS);
      values.setFloat(Long.BYTES + Integer.BYTES, FACTOR);
      array.setPointer(0, values);
      array.setPointer(Native.POINTER_SIZE, values.share(Long.BYTES));
      array.setPointer(2L * Native.POINTER_SIZE, values.share(Long.BYTES + Integer.BYTES));
    }

    @Override
    public void close() {
      values.close();
      array.close();
    }
  }
}
