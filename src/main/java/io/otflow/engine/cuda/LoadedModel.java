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

  private final List<Cut> cuts;
  private final long bytes;
  private final Arguments.Rule rule;

  /**
   * How a batch may be cut.
   *
   * @param packed the weights for its tile
   * @param kernel what is launched
   * @param offset where its weights begin among all, in bytes
   * @param cycles what a tile should take, in units that only compare
   */
  record Cut(PackedModel packed, Device.Kernel kernel, long offset, double cycles) {

    /** Blocks of a launch. */
    int grid(int rows) {
      return Math.min(kernel.blocks(), tiles(rows));
    }

    private int tiles(int rows) {
      int events = kernel.tile().events();
      return (rows + events - 1) / events;
    }

    /** Rounds of blocks, each as long as a tile takes. */
    private double time(int rows) {
      long rounds = (tiles(rows) + kernel.blocks() - 1L) / kernel.blocks();
      return rounds * cycles;
    }
  }

  private LoadedModel(List<Cut> cuts, long bytes, Arguments.Rule rule) {
    this.cuts = cuts;
    this.bytes = bytes;
    this.rule = rule;
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
            .filter(tile -> tile.suits(a, precision))
            .filter(tile -> tile.sharedBytes(a, integrator) <= device.sharedBytes())
            .toList();
    if (a.layers() > 2 && precision.onTensorCores()) {
      throw new UnsupportedModelException(
          "tensor cores are for networks of two layers, got "
              + a.layers()
              + ": use --precision single");
    }
    if (fitting.isEmpty()) {
      throw tooLarge(device, a, integrator, precision);
    }
    // The rows of the tile that pads least; of those, all numbers of events.
    int rows =
        fitting.stream()
            .min(Comparator.<Tile>comparingInt(t -> t.width(a)).thenComparing(t -> -t.rows()))
            .orElseThrow()
            .rows();
    List<Cut> cuts = new ArrayList<>();
    long offset = 0;
    for (Tile tile : fitting) {
      if (tile.rows() == rows) {
        PackedModel packed = new PackedModel(tile, model.parameters());
        Device.Kernel kernel =
            device.kernel(tile, integrator, (int) tile.sharedBytes(a, integrator));
        cuts.add(new Cut(packed, kernel, offset, TileCost.cycles(tile, a)));
        offset += bytes(packed.size());
      }
    }
    return new LoadedModel(cuts, offset, rule(model, integration, precision));
  }

  /** What the kernel is told of a model's rule. */
  static Arguments.Rule rule(ModelSnapshot model, Integration integration, Precision precision) {
    int steps = integration.stepsFor(model.steps());
    double constant = Flow.logLikelihood(0, model.d(), 0);
    return new Arguments.Rule(
        integration.integrator() == Integrator.ADAPTIVE ? AdaptiveFlow.firstSteps(steps) : steps,
        integration.nodes(),
        precision == Precision.SPLIT_TF32,
        (float) integration.tolerance(),
        constant);
  }

  private static UnsupportedModelException tooLarge(
      Device device, Architecture a, Integrator integrator, Precision precision) {
    long least =
        Tile.all().stream()
            .filter(tile -> tile.suits(a, precision))
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

  /** Its weights, one tile's after the other's, as they go to the device. */
  Memory image() {
    Memory memory = new Memory(bytes);
    for (Cut cut : cuts) {
      memory.write(cut.offset(), cut.packed().values, 0, cut.packed().size());
    }
    return memory;
  }

  int d() {
    return cuts.get(0).packed().architecture.d();
  }

  Arguments.Rule rule() {
    return rule;
  }

  /** How a batch is cut: by the tile with which it should be done first. */
  Cut cut(int rows) {
    Cut best = cuts.get(0);
    for (Cut cut : cuts) {
      if (cut.time(rows) < best.time(rows)) {
        best = cut;
      }
    }
    return best;
  }
}
