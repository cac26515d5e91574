package io.otflow.codec;

import java.util.Arrays;

/**
 * Writes Avro's primitive values into an array that grows and is used again: the counterpart of
 * {@link ByteReader}. Nothing is allocated but by growth and by {@link #toBytes}. Not thread-safe.
 */
public final class ByteWriter {

  private static final int MAX_VARINT_LENGTH = 10;

  private byte[] bytes = new byte[256];
  private int size;

  /** A writer with nothing in it. */
  public ByteWriter() {}

  /** Forgets what was written. */
  public void clear() {
    size = 0;
  }

  /**
   * What was written.
   *
   * @return a copy
   */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * Writes bytes as they are.
   *
   * @param values the bytes
   */
  public void writeRaw(byte[] values) {
    need(values.length);
    System.arraycopy(values, 0, bytes, size, values.length);
    size += values.length;
  }

  /**
   * Writes a string, or bytes, with the length in front.
   *
   * @param values the bytes; of a string, in UTF-8
   */
  public void writePrefixed(byte[] values) {
    writeLong(values.length);
    writeRaw(values);
  }

  /**
   * Writes an int, a long, an enum's index or a union's: as a zigzag variable-length integer.
   *
   * @param value the number
   */
  public void writeLong(long value) {
    need(MAX_VARINT_LENGTH);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /**
   * Writes a double: 8 bytes, little-endian.
   *
   * @param value the number
   */
  public void writeDouble(double value) {
    need(Double.BYTES);
    long bits = Double.doubleToLongBits(value);
    for (int i = 0; i < Double.BYTES; i++) {
      bytes[size++] = (byte) (bits >>> (8 * i));
    }
  }

  /**
   * Writes a boolean: one byte.
   *
   * @param value the truth
   */
  public void writeBoolean(boolean value) {
    need(1);
    bytes[size++] = (byte) (value ? 1 : 0);
  }

  private void need(int count) {
    if (count > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, count), bytes.length * 2));
    }
  }
}
