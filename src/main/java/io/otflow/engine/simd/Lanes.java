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

  /** System property that sets the number of vector registers that kernels count on. */
  static final String REGISTERS_PROPERTY = "otflow.simd.registers";

  static final VectorSpecies<Float> SPECIES = species();

  /** Whether there are 16 vector registers, not 32. */
  static final boolean FEW_REGISTERS = registers() == 16;

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

  /** x86 has 16 without AVX-512, and 32 with it; other processors with vectors have 32. */
  private static int registers() {
    String machine = System.getProperty("os.arch", "");
    boolean avx512 = VectorShape.preferredShape().vectorBitSize() >= 512;
    boolean x86 = machine.equals("amd64") || machine.equals("x86_64");
    int registers = Integer.getInteger(REGISTERS_PROPERTY, x86 && !avx512 ? 16 : 32);
    if (registers != 16 && registers != 32) {
      throw new IllegalArgumentException(
          REGISTERS_PROPERTY + " is " + registers + ", expected 16 or 32");
    }
    return registers;
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
