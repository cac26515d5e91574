package io.otflow.engine.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width, decided once: the machine's own, or {@value #BITS_PROPERTY} (128, 256 or 512).
 */
final class Lanes {

  /** System property that sets the width in bits. */
  static final String BITS_PROPERTY = "otflow.simd.bits";

  static final VectorSpecies<Float> SPECIES = species();

  /** Floats in a vector. */
  static final int LENGTH = SPECIES.length();

  /** Events in a tile: two vectors. */
  static final int TILE = 2 * LENGTH;

  /** Rows of a weight matrix that a product takes at a time. */
  static final int ROW_BLOCK = 8;

  private Lanes() {}

  private static VectorSpecies<Float> species() {
    Integer bits = Integer.getInteger(BITS_PROPERTY);
    if (bits == null) {
      return FloatVector.SPECIES_PREFERRED;
    }
    if (bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException(
          BITS_PROPERTY + " is " + bits + ", expected 128, 256 or 512");
    }
    return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
  }

  /** The smallest multiple of {@link #ROW_BLOCK} that is at least n. */
  static int padRows(int n) {
    return (n + ROW_BLOCK - 1) / ROW_BLOCK * ROW_BLOCK;
  }

  /** The smallest multiple of {@link #TILE} that is at least n. */
  static int padColumns(int n) {
    return (n + TILE - 1) / TILE * TILE;
  }

  /** A panel of n rows, padded to whole row blocks. */
  static float[] panel(int n) {
    return new float[padRows(n) * TILE];
  }
}
