package io.otflow.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * What a launch is given: the struct of {@code src/main/cuda/arguments.cuh}, field by field, and
 * the array of one address that the driver takes it by.
 */
final class Arguments {

  /** Bytes of the struct. */
  static final int BYTES = 152;

  /** At its end, so that a sequence of them would be aligned. */
  private static final int PADDING = 4;

  private static final int ADDRESSES = 7;

  private final Memory struct = new Memory(BYTES);
  private final Memory array = new Memory(Native.POINTER_SIZE);
  private long at;

  /** Addresses on the device of what a batch reads and writes; 0 for what its rule needs not. */
  record Addresses(
      long weights,
      long rule,
      long x,
      long logLikelihood,
      long errorEstimate,
      long traces,
      long queue) {}

  /** What a model's rule is. */
  record Rule(int steps, int nodes, boolean split, float tolerance, double constant) {}

  Arguments() {
    array.setPointer(0, struct);
  }

  /** Sets all fields; returns what the driver is given. */
  Pointer set(Addresses on, PackedModel model, Rule rule, int rows) {
    struct.write(
        0,
        new long[] {
          on.weights(),
          on.rule(),
          on.x(),
          on.logLikelihood(),
          on.errorEstimate(),
          on.traces(),
          on.queue()
        },
        0,
        ADDRESSES);
    at = (long) ADDRESSES * Long.BYTES;
    struct.setDouble(at, rule.constant());
    at += Double.BYTES;
    Tile tile = model.tile;
    put(rows);
    put(model.architecture.d());
    put(tile.width(model.architecture));
    put(model.architecture.layers() - 1);
    put(model.factorColumns);
    put(tile.inputRows(model.architecture));
    put(tile.gradientBlocks(model.architecture));
    put(rule.steps());
    put(rule.nodes());
    put(rule.split() ? 1 : 0);
    put(model.first);
    put(model.forward);
    put(model.bias);
    put(model.backward);
    put(model.gradient);
    put(model.output);
    put(model.factor);
    put(model.squares);
    put((float) model.architecture.residualStep());
    put(model.quadraticTrace);
    put(rule.tolerance());
    if (at + PADDING != BYTES) {
      throw new IllegalStateException(at + " bytes of arguments are set, expected " + BYTES);
    }
    return array;
  }

  /** The struct, in the machine's own order. */
  byte[] bytes() {
    return struct.getByteArray(0, BYTES);
  }

  private void put(int value) {
    struct.setInt(at, value);
    at += Integer.BYTES;
  }

  private void put(float value) {
    struct.setFloat(at, value);
    at += Float.BYTES;
  }
}
