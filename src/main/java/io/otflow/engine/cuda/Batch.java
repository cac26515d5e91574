package io.otflow.engine.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.otflow.engine.Integrator;
import io.otflow.engine.Rows;
import io.otflow.math.NestedQuadrature;
import java.nio.ByteBuffer;

/**
 * One batch on its way: rows go to the device, a kernel scores them, results come back, in a stream
 * of its own. The device must be current. Not thread-safe.
 */
final class Batch implements Resources.Resource {

  private static final int NON_BLOCKING = 1;

  /** What the kernel expects zero at the head of its queue; see queue.cuh. */
  private static final int QUEUE_HEADER = 20;

  private final Device device;
  private final DriverLibrary library;
  private final boolean adaptive;
  private final PinnedBuffer hostRows;
  private final PinnedBuffer hostResults;
  private final DeviceBuffer deviceRows;
  private final DeviceBuffer deviceResults;
  private final DeviceBuffer traces;
  private final DeviceBuffer queue;
  private final Arguments arguments = new Arguments();
  private Pointer stream;
  private final Pointer[] events = new Pointer[2];
  private final float[] milliseconds = new float[1];
  private double[] logDeterminant = new double[0];
  private int rows;

  Batch(Device device, Integrator integrator) {
    this.device = device;
    library = device.library();
    adaptive = integrator == Integrator.ADAPTIVE;
    hostRows = new PinnedBuffer(device, "rows");
    hostResults = new PinnedBuffer(device, "results");
    deviceRows = new DeviceBuffer(device, "rows");
    deviceResults = new DeviceBuffer(device, "results");
    traces = new DeviceBuffer(device, "traces");
    queue = new DeviceBuffer(device, "the queue");
    boolean complete = false;
    try {
      PointerByReference out = new PointerByReference();
      device.check(library.cuStreamCreate(out, NON_BLOCKING), "cuStreamCreate");
      stream = out.getValue();
      for (int i = 0; i < events.length; i++) {
        device.check(library.cuEventCreate(out, 0), "cuEventCreate");
        events[i] = out.getValue();
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /** Its stream. */
  Pointer stream() {
    return stream;
  }

  /**
   * Makes room for rows.
   *
   * @param count rows
   * @param d features
   * @return where row-major floats are put, before {@link #begin}
   */
  ByteBuffer prepare(int count, int d) {
    rows = count;
    if (logDeterminant.length < count) {
      logDeterminant = new double[count];
    }
    long input = (long) count * d * Float.BYTES;
    hostRows.require(input);
    deviceRows.require(input);
    long results = (long) count * resultsPerRow() * Double.BYTES;
    hostResults.require(results);
    deviceResults.require(results);
    if (adaptive) {
      traces.require((long) count * NestedQuadrature.MAX_NODES * Float.BYTES);
      queue.require((long) (QUEUE_HEADER + count) * Integer.BYTES);
    }
    return hostRows.bytes();
  }

  /** Where the front's log-determinants of the rows are put, before {@link #begin}. */
  double[] logDeterminant() {
    return logDeterminant;
  }

  private int resultsPerRow() {
    return adaptive ? 2 : 1;
  }

  /** Sends the rows that were put in, and starts the kernel. */
  void begin(LoadedModel model, long weights, long rule) {
    device.check(
        library.cuMemcpyHtoDAsync_v2(
            deviceRows.address(),
            hostRows.pointer(),
            (long) rows * model.d() * Float.BYTES,
            stream),
        "copying rows to the device");
    if (adaptive) {
      device.check(
          library.cuMemsetD32Async(queue.address(), 0, QUEUE_HEADER, stream), "clearing the queue");
    }
    LoadedModel.Cut cut = model.cut(rows);
    Device.Kernel kernel = cut.kernel();
    Pointer given =
        arguments.set(
            new Arguments.Addresses(
                weights + cut.offset(),
                rule,
                deviceRows.address(),
                deviceResults.address(),
                deviceResults.address() + (long) rows * Double.BYTES,
                traces.address(),
                queue.address()),
            cut.packed(),
            model.rule(),
            rows);
    device.check(library.cuEventRecord(events[0], stream), "cuEventRecord");
    device.check(
        library.cuLaunchKernel(
            kernel.function(),
            cut.grid(rows),
            1,
            1,
            Tile.THREADS,
            1,
            1,
            kernel.sharedBytes(),
            stream,
            given,
            null),
        "launching the kernel of " + kernel.tile().module());
    device.check(library.cuEventRecord(events[1], stream), "cuEventRecord");
    device.check(
        library.cuMemcpyDtoHAsync_v2(
            hostResults.pointer(),
            deviceResults.address(),
            (long) rows * resultsPerRow() * Double.BYTES,
            stream),
        "copying results from the device");
  }

  /**
   * Waits for the results.
   *
   * @param logLikelihood receives them from {@code from} on
   * @param errorEstimate likewise; may be null
   * @param from index of the first
   * @return rows
   */
  int end(double[] logLikelihood, double[] errorEstimate, int from) {
    device.check(library.cuStreamSynchronize(stream), "scoring " + rows + " rows");
    ByteBuffer results = hostResults.bytes();
    for (int i = 0; i < rows; i++) {
      logLikelihood[from + i] =
          Rows.finiteOrImpossible(results.getDouble(i * Double.BYTES) + logDeterminant[i]);
    }
    if (errorEstimate != null) {
      for (int i = 0; i < rows; i++) {
        errorEstimate[from + i] =
            adaptive ? results.getDouble((rows + i) * Double.BYTES) : Double.NaN;
      }
    }
    return rows;
  }

  /** What the device's multiply-add units do at most, 10⁹ operations a second. */
  double peakGflops() {
    return PeakKernel.gflops(device, stream, events);
  }

  /** Seconds that the device spent in the kernel of the last batch that ended. */
  double kernelSeconds() {
    device.check(
        library.cuEventElapsedTime(milliseconds, events[0], events[1]), "cuEventElapsedTime");
    return milliseconds[0] / 1000.0;
  }

  private void closeStream() {
    if (stream != null) {
      int waited = library.cuStreamSynchronize(stream);
      device.check(library.cuStreamDestroy_v2(stream), "cuStreamDestroy");
      device.check(waited, "waiting for a batch");
    }
  }

  private void closeEvent(Pointer event) {
    if (event != null) {
      device.check(library.cuEventDestroy_v2(event), "cuEventDestroy");
    }
  }

  /** Frees all, as far as the device lets it. */
  @Override
  public void close() {
    Resources.closeAll(
        this::closeStream,
        () -> closeEvent(events[0]),
        () -> closeEvent(events[1]),
        hostRows,
        hostResults,
        deviceRows,
        deviceResults,
        traces,
        queue);
  }
}
