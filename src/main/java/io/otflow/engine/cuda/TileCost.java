package io.otflow.engine.cuda;

import io.otflow.model.Architecture;

/**
 * What a tile should cost, from its code: issue slots of a multiprocessor, of which four 32-wide
 * instructions fit in a cycle. Tiles are compared by it, and docs/gpu.md predicts by it.
 */
final class TileCost {

  private static final int LANES = 128;

  /** Issue slots of tanh and of the integral of tanh, read from the disassembly. */
  private static final int ACTIVATION = 40;

  /** What a barrier and the wait for a first chunk take, in cycles. */
  private static final int PRODUCT_LATENCY = 500;

  /** How many times the multiply-adds of all lanes tensor cores do, roughly. */
  private static final double TENSOR_CORES = 4;

  private TileCost() {}

  /**
   * Cycles of one evaluation of gradient and trace for a whole tile.
   *
   * @param tile the tile
   * @param a shape of the network
   * @return cycles of a multiprocessor
   */
  static double cycles(Tile tile, Architecture a) {
    double width = tile.width(a);
    int after = a.layers() - 1;
    double inputs = tile.inputRows(a);
    int columns = Math.min(a.d(), a.m());
    int together = tile.columns() / tile.events();
    double features = Math.ceil((double) columns / together) * together;
    // The trapezoidal factor saves the first chunks of later features.
    double skipped = tile.deep() ? 0 : Math.max(0, columns - tile.chunk()) / (2 * width);
    double trace = after * width * width * features * (1 - skipped) * tile.events();
    double velocity = (inputs * width + 2 * after * width * width) * tile.events();
    double gradient =
        (double) tile.gradientBlocks(a) * tile.gradientRows() * (width + inputs) * tile.events();
    double activations = (after + 1) * width * tile.events() * ACTIVATION;
    double held = tile.rows() * tile.columns() / (double) Tile.THREADS;
    double heldByVelocity = tile.rows() * tile.events() / (double) Tile.THREADS;
    double slots =
        trace / (tile.tensor() ? TENSOR_CORES : share(held))
            + velocity / share(heldByVelocity)
            + gradient / share(16)
            + activations;
    return slots / LANES + (2 * after + 3) * PRODUCT_LATENCY;
  }

  /**
   * The share of a product's issue slots that multiply and add, by how many elements a thread
   * holds: from the disassembly, and for few elements from what shared memory delivers.
   */
  private static double share(double held) {
    if (held >= 64) {
      return 0.88;
    }
    if (held >= 32) {
      return 0.7;
    }
    return held >= 16 ? 0.5 : 0.25;
  }
}
