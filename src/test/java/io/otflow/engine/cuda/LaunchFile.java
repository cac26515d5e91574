package io.otflow.engine.cuda;

import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.engine.Precision;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** One launch with what it should give by the oracle, as src/test/cuda/runner.cpp reads it. */
final class LaunchFile {

  /** Of log p, nats: rounding, and under the adaptive rule what its estimates allow. */
  private static final double ROUNDING = 1e-3;

  /** Blocks of the launch. */
  private static final int BLOCKS = 2;

  private LaunchFile() {}

  /**
   * Writes a launch.
   *
   * @param file the file
   * @param tile the tile
   * @param integration the discretization
   * @param model the model, in scaled units
   * @param x rows × d
   * @param rows rows, for two blocks
   */
  static void write(
      Path file, Tile tile, Integration integration, ModelSnapshot model, double[] x, int rows)
      throws IOException {
    PackedModel packed = new PackedModel(tile, model.parameters());
    Arguments.Rule rule = LoadedModel.rule(model, integration, Precision.SPLIT_TF32);
    float[] table = RuleTables.of(integration, rule.steps());
    Arguments arguments = new Arguments();
    Object unused = arguments.set(new Arguments.Addresses(0, 0, 0, 0, 0, 0, 0), packed, rule, rows);
    double[] expected = new double[rows];
    double[] error = new double[rows];
    try (ReferenceEngine oracle = new ReferenceEngine(integration)) {
      oracle.load(model);
      oracle.score(x, rows, expected, error);
    }
    byte[] kernel = integration.integrator().label().getBytes(StandardCharsets.UTF_8);
    int size = 64 + kernel.length + Arguments.BYTES;
    size += Float.BYTES * (packed.size() + table.length + rows * model.d()) + Double.BYTES * rows;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    out.putInt(kernel.length).put(kernel);
    out.putInt(BLOCKS);
    out.putInt((int) tile.sharedBytes(model.architecture(), integration.integrator()));
    out.putInt(Arguments.BYTES).put(arguments.bytes());
    put(out, packed.values);
    put(out, table);
    out.putInt(rows * model.d());
    for (int i = 0; i < rows * model.d(); i++) {
      out.putFloat((float) x[i]);
    }
    out.putInt(rows);
    for (double value : expected) {
      out.putDouble(value);
    }
    out.putDouble(
        integration.integrator() == Integrator.ADAPTIVE
            ? ROUNDING + 2 * integration.tolerance()
            : ROUNDING);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    Files.write(file, bytes);
  }

  private static void put(ByteBuffer out, float[] values) {
    out.putInt(values.length);
    for (float value : values) {
      out.putFloat(value);
    }
  }
}
