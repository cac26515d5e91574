package io.otflow.engine.cuda;

import com.sun.jna.Memory;
import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.engine.Precision;
import io.otflow.engine.UnsupportedModelException;
import io.otflow.flow.AdaptiveFlow;
import io.otflow.flow.Flow;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A model's weights on a device, once for each tile that a batch may be cut into. */
final class LoadedModel {

  private final List<PackedModel> packed;
  private final List<Device.Kernel> kernels;
  private final long[] offsets;
  private final int d;
  private final Arguments.Rule rule;

  private LoadedModel(
      List<PackedModel> packed, List<Device.Kernel> kernels, int d, Arguments.Rule rule) {
    this.packed = packed;
    this.kernels = kernels;
    this.d = d;
    this.rule = rule;
    offsets = new long[packed.size()];
    for (int i = 1; i < offsets.length; i++) {
      offsets[i] = offsets[i - 1] + bytes(packed.get(i - 1).size());
    }
  }

  /** Floats in bytes, in whole blocks of 256: what the kernel's copies ask for. */
  private static long bytes(int floats) {
    return ((long) floats * Float.BYTES + 255) / 256 * 256;
  }

  /**
   * Picks the tiles for a model; the device must be current.
   *
   * @param device the device
   * @param tiles the tiles to pick from
   * @param model the model
   * @param integration the discretization
   * @param precision the arithmetic
   * @return the model, not yet on the device
   * @throws UnsupportedModelException if it fits no tile
   */
  static LoadedModel prepare(
      Device device,
      List<Tile> tiles,
      ModelSnapshot model,
      Integration integration,
      Precision precision) {
    Architecture a = model.architecture();
    Integrator integrator = integration.integrator();
    List<Tile> fitting =
        tiles.stream()
            .filter(tile -> tile.suits(a) && tile.tensor() == precision.onTensorCores())
            .filter(tile -> tile.sharedBytes(a, integrator) <= device.sharedBytes())
            .toList();
    if (a.layers() > 2 && precision.onTensorCores()) {
      throw new UnsupportedModelException(
          "tensor cores are for networks of two layers, got "
              + a.layers()
              + ": use --precision single");
    }
    if (fitting.isEmpty()) {
      throw tooLarge(device, a, integrator);
    }
    // The rows of the tile that pads least; of those, all numbers of events.
    int rows =
        fitting.stream()
            .min(Comparator.<Tile>comparingInt(t -> t.width(a)).thenComparing(t -> -t.rows()))
            .orElseThrow()
            .rows();
    List<PackedModel> packed = new ArrayList<>();
    List<Device.Kernel> kernels = new ArrayList<>();
    for (Tile tile : fitting) {
      if (tile.rows() == rows) {
        packed.add(new PackedModel(tile, model.parameters()));
        kernels.add(device.kernel(tile, integrator, (int) tile.sharedBytes(a, integrator)));
      }
    }
    return new LoadedModel(packed, kernels, a.d(), rule(model, integration, precision));
  }

  /** What the kernel is told of a model's rule. */
  static Arguments.Rule rule(ModelSnapshot model, Integration integration, Precision precision) {
    int steps = integration.stepsFor(model.steps());
    double constant = Flow.logLikelihood(0, model.d(), 0) - model.scaling().logScaleSum();
    return new Arguments.Rule(
        integration.integrator() == Integrator.ADAPTIVE ? AdaptiveFlow.firstSteps(steps) : steps,
        integration.nodes(),
        precision == Precision.SPLIT_TF32,
        (float) integration.tolerance(),
        constant);
  }

  private static UnsupportedModelException tooLarge(
      Device device, Architecture a, Integrator integrator) {
    long least =
        Tile.all().stream()
            .filter(tile -> tile.suits(a))
            .mapToLong(tile -> tile.sharedBytes(a, integrator))
            .min()
            .orElseThrow();
    return new UnsupportedModelException(
        "a model with d "
            + a.d()
            + ", m "
            + a.m()
            + " and "
            + a.layers()
            + " layers needs at least "
            + least
            + " bytes of shared memory in a block, but "
            + device
            + " has "
            + device.sharedBytes()
            + ": use --engine simd");
  }

  /** Bytes that its weights take on the device. */
  long bytes() {
    int last = packed.size() - 1;
    return offsets[last] + bytes(packed.get(last).size());
  }

  /** Its weights, one tile's after the other's, as they go to the device. */
  Memory image() {
    Memory memory = new Memory(bytes());
    for (int i = 0; i < offsets.length; i++) {
      memory.write(offsets[i], packed.get(i).values, 0, packed.get(i).size());
    }
    return memory;
  }

  int d() {
    return d;
  }

  Arguments.Rule rule() {
    return rule;
  }

  /** Which tile a batch is cut into: the one that should take the least time. */
  int choose(int rows) {
    int best = 0;
    for (int i = 1; i < kernels.size(); i++) {
      if (time(i, rows) < time(best, rows)) {
        best = i;
      }
    }
    return best;
  }

  /** Rounds of blocks, each as long as a tile takes, in units that only compare. */
  private double time(int i, int rows) {
    Device.Kernel kernel = kernels.get(i);
    long rounds = (blocksFor(kernel, rows) + kernel.blocks() - 1L) / kernel.blocks();
    return rounds * TileCost.cycles(kernel.tile(), packed.get(i).architecture);
  }

  private static int blocksFor(Device.Kernel kernel, int rows) {
    return (rows + kernel.tile().events() - 1) / kernel.tile().events();
  }

  Device.Kernel kernel(int choice) {
    return kernels.get(choice);
  }

  PackedModel packed(int choice) {
    return packed.get(choice);
  }

  /** Where a tile's weights begin, in bytes. */
  long offset(int choice) {
    return offsets[choice];
  }

  /** Blocks of a launch. */
  int grid(int choice, int rows) {
    Device.Kernel kernel = kernels.get(choice);
    return Math.min(kernel.blocks(), blocksFor(kernel, rows));
  }
}
