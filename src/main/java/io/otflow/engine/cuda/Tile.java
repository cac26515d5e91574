package io.otflow.engine.cuda;

import io.otflow.engine.Integrator;
import io.otflow.engine.Precision;
import io.otflow.model.Architecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How a block of the kernel is cut, and what it then needs; see {@code src/main/cuda/tile.cuh},
 * whose sizes these are. Each tile is compiled to a module of its own.
 *
 * @param rows R, rows of a product that a block computes together
 * @param columns C, columns of a product for the trace
 * @param events E, events that a block takes together
 * @param chunk Q, inner indices of a product that are staged together
 * @param deep whether for networks of more than two layers
 * @param tensor whether the trace is taken by tensor cores
 */
record Tile(int rows, int columns, int events, int chunk, boolean deep, boolean tensor) {

  /** Threads of a block. */
  static final int THREADS = 256;

  /** Rows of the panels that hold the input besides features: time and one. */
  private static final int EXTRA_INPUTS = 2;

  /** How much further apart rows are that tensor cores read. */
  private static final int TENSOR_APART = 8;

  private static final String LIST = "tiles.txt";
  private static final List<Tile> ALL = read();

  /** Every tile that there is a module of. */
  static List<Tile> all() {
    return ALL;
  }

  private static List<Tile> read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Tile.class.getResourceAsStream(LIST), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.trim().split(" +"))
          .map(
              part ->
                  new Tile(
                      Integer.parseInt(part[0]),
                      Integer.parseInt(part[1]),
                      Integer.parseInt(part[2]),
                      Integer.parseInt(part[3]),
                      Boolean.parseBoolean(part[4]),
                      Boolean.parseBoolean(part[5])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its module's name, that of the file without the ending. */
  String module() {
    return rows + "x" + columns + "x" + events + (deep ? "-deep" : "") + (tensor ? "-tensor" : "");
  }

  /** The width of a network in whole blocks of rows. */
  int width(Architecture a) {
    return ceil(a.m(), rows) * rows;
  }

  /** Rows of the input panel: x, t, 1, and zeros up to a whole chunk. */
  int inputRows(Architecture a) {
    return ceil(a.d() + EXTRA_INPUTS, chunk) * chunk;
  }

  /** Rows of the gradient that are computed together. */
  int gradientRows() {
    return Math.min(rows, 16 * THREADS / events);
  }

  /** The gradient's rows in blocks. */
  int gradientBlocks(Architecture a) {
    return ceil(a.d(), gradientRows());
  }

  /** Whether the tile is made for a network's depth, and for an arithmetic. */
  boolean suits(Architecture a, Precision precision) {
    return deep == a.layers() > 2 && tensor == precision.onTensorCores();
  }

  /**
   * Shared memory of a block.
   *
   * @param a shape of the network
   * @param integrator the rule
   * @return bytes
   */
  long sharedBytes(Architecture a, Integrator integrator) {
    long panel = (long) width(a) * events;
    int after = a.layers() - 1;
    int apart = tensor ? TENSOR_APART : 0;
    long floats = 2L * chunk * (Math.max(rows, gradientRows()) + apart);
    floats += (after + 1) * panel;
    floats += deep ? (after + 1) * panel : 2L * chunk * (columns + apart);
    floats += panel + (long) inputRows(a) * events;
    floats += (long) statePanels(integrator) * a.d() * events;
    if (integrator == Integrator.ADAPTIVE) {
      floats += 2L * events + 2;
    }
    return floats * Float.BYTES;
  }

  private static int statePanels(Integrator integrator) {
    return switch (integrator) {
      case RK4 -> 3;
      case QUADRATURE -> 5;
      case ADAPTIVE -> 9;
    };
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
