package io.otflow.engine.cuda;

import com.sun.jna.Memory;
import io.otflow.engine.DeviceException;
import io.otflow.engine.DeviceMeter;
import io.otflow.engine.EngineUnavailableException;
import io.otflow.engine.Integration;
import io.otflow.engine.PipelinedEngine;
import io.otflow.engine.Precision;
import io.otflow.engine.Rows;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores batches on an NVIDIA GPU, one launch a batch, in float. Rows go through the front in
 * double before they become float, and the last sum is taken in double. Against the oracle: within
 * 1e-4 + 1e-5·|log p| on models of the usual sizes, the rounding of some 10⁵ float operations on
 * numbers near 1. Two batches may be under way: while the device works on one, the next is filled.
 * Results are the same from run to run, and do not depend on how rows are cut into batches but for
 * the tile that a batch's size picks.
 *
 * <p>Memory on the device: the weights for each tile size, and for each of two batches at most
 * {@value PipelinedEngine#MAX_BATCH} rows of d floats, two doubles and, under the adaptive rule, 40
 * numbers more.
 */
public final class CudaEngine implements PipelinedEngine, DeviceMeter {

  private static final Logger LOG = LoggerFactory.getLogger(CudaEngine.class);

  private static final int DEPTH = 2;

  private final Integration integration;
  private final Precision precision;
  private final List<Tile> tiles;
  private final Device device;
  private final Batch[] batches = new Batch[DEPTH];
  private final DeviceBuffer weights;
  private final DeviceBuffer rule;
  private LoadedModel model;
  private Front front;
  private double[] seen;
  private int oldest;
  private int underWay;
  private double kernelSeconds;
  private boolean closed;

  /** What a batch failed with; nothing is scored after it. */
  private DeviceException failure;

  /**
   * An engine without a model.
   *
   * @param integration the discretization
   * @param precision any but {@link Precision#DOUBLE}
   * @param index the device's index among the driver's, from 0
   * @throws EngineUnavailableException if there is no driver, no such device, or it is too old; the
   *     message says what to do
   * @throws DeviceException if the device fails
   */
  public CudaEngine(Integration integration, Precision precision, int index) {
    this(integration, precision, index, Tile.all());
  }

  /** An engine that cuts batches into some of the tiles only. */
  CudaEngine(Integration integration, Precision precision, int index, List<Tile> tiles) {
    this.tiles = tiles;
    this.precision = precision;
    if (precision == Precision.DOUBLE) {
      throw new EngineUnavailableException(
          "engine 'cuda' computes in single precision, not in double: use --engine nd4j");
    }
    this.integration = integration;
    device = Device.acquire(index);
    weights = new DeviceBuffer(device, "weights");
    rule = new DeviceBuffer(device, "the integrator's tables");
    boolean complete = false;
    try {
      device.makeCurrent();
      for (int i = 0; i < DEPTH; i++) {
        batches[i] = new Batch(device, integration.integrator());
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String description() {
    return "cuda on " + device;
  }

  @Override
  public Optional<PipelinedEngine> pipelined() {
    return Optional.of(this);
  }

  @Override
  public void load(ModelSnapshot next) {
    if (underWay > 0) {
      throw new IllegalStateException(underWay + " batches are under way, end them first");
    }
    device.makeCurrent();
    LoadedModel prepared = LoadedModel.prepare(device, tiles, next, integration, precision);
    model = null;
    float[] tables = RuleTables.of(integration, prepared.rule().steps());
    // Both stay alive until the device has copied them.
    try (Memory image = prepared.image();
        Memory tableImage = new Memory((long) tables.length * Float.BYTES)) {
      tableImage.write(0, tables, 0, tables.length);
      weights.require(image.size());
      rule.require(tableImage.size());
      upload(weights, image, "copying weights to the device");
      upload(rule, tableImage, "copying the integrator's tables to the device");
      device.check(
          device.library().cuStreamSynchronize(batches[0].stream()),
          "copying weights to the device");
    }
    front = next.front();
    seen = new double[next.d()];
    model = prepared;
  }

  private void upload(DeviceBuffer to, Memory from, String call) {
    device.check(
        device.library().cuMemcpyHtoDAsync_v2(to.address(), from, from.size(), batches[0].stream()),
        call);
  }

  @Override
  public int depth() {
    return DEPTH;
  }

  @Override
  public int underWay() {
    return underWay;
  }

  @Override
  public void begin(double[] x, int rows) {
    requireModel();
    Rows.checkInput(x, rows, model.d());
    begin(x, 0, rows);
  }

  private void requireModel() {
    if (failure != null) {
      throw new DeviceException(failure.getMessage(), failure.code());
    }
    if (model == null) {
      throw new IllegalStateException("no model was loaded");
    }
  }

  /** Begins a batch of checked rows, from a row on. */
  private void begin(double[] x, int from, int rows) {
    if (underWay == DEPTH) {
      throw new IllegalStateException(DEPTH + " batches are under way, end one first");
    }
    if (rows < 1 || rows > MAX_BATCH) {
      throw new IllegalArgumentException("rows is " + rows + ", expected 1 to " + MAX_BATCH);
    }
    device.makeCurrent();
    Batch batch = batches[(oldest + underWay) % DEPTH];
    int d = model.d();
    try {
      fill(batch.prepare(rows, d), batch.logDeterminant(), x, from * d, rows);
      batch.begin(model, weights.address(), rule.address());
    } catch (DeviceException e) {
      failure = e;
      throw e;
    }
    underWay++;
  }

  private void fill(ByteBuffer to, double[] logDeterminant, double[] x, int start, int rows) {
    FloatBuffer floats = to.asFloatBuffer();
    int d = seen.length;
    for (int i = 0, p = 0; i < rows; i++) {
      logDeterminant[i] = front.apply(x, start + p, seen, 0);
      for (int k = 0; k < d; k++, p++) {
        floats.put(p, (float) seen[k]);
      }
    }
  }

  @Override
  public void end(double[] logLikelihood, double[] errorEstimate) {
    int unused = end(logLikelihood, errorEstimate, 0);
  }

  private int end(double[] logLikelihood, double[] errorEstimate, int from) {
    requireModel();
    if (underWay == 0) {
      throw new IllegalStateException("no batch is under way");
    }
    device.makeCurrent();
    Batch batch = batches[oldest];
    int rows;
    try {
      rows = batch.end(logLikelihood, errorEstimate, from);
      kernelSeconds += batch.kernelSeconds();
    } catch (DeviceException e) {
      failure = e;
      throw e;
    }
    oldest = (oldest + 1) % DEPTH;
    underWay--;
    return rows;
  }

  @Override
  public void score(double[] x, int rows, double[] logLikelihood, double[] errorEstimate) {
    requireModel();
    Rows.check(x, rows, model.d(), logLikelihood, errorEstimate);
    if (underWay > 0) {
      throw new IllegalStateException(underWay + " batches are under way, end them first");
    }
    int begun = 0;
    for (int ended = 0; ended < rows; ) {
      while (begun < rows && underWay < DEPTH) {
        int count = Math.min(MAX_BATCH, rows - begun);
        begin(x, begun, count);
        begun += count;
      }
      ended += end(logLikelihood, errorEstimate, ended);
    }
  }

  @Override
  public double kernelSeconds() {
    double seconds = kernelSeconds;
    kernelSeconds = 0;
    return seconds;
  }

  @Override
  public double peakGflops() {
    if (underWay > 0) {
      throw new IllegalStateException(underWay + " batches are under way, end them first");
    }
    device.makeCurrent();
    return batches[0].peakGflops();
  }

  /** Frees all memory, as far as the device lets it; what it does not let is logged. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    model = null;
    try {
      Resources.closeAll(device::makeCurrent, batches[0], batches[1], weights, rule, device::close);
    } catch (DeviceException e) {
      // Flink takes a task manager down whose operator fails while it closes.
      LOG.warn("Not all memory of the engine 'cuda' could be freed: {}", e.getMessage());
    }
  }
}
