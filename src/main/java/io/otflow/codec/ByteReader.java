package io.otflow.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads Avro's primitive values from a part of an array. Nothing is allocated before the bytes that
 * fill it are known to be there, whatever a length prefix claims.
 */
final class ByteReader {

  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  ByteReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Another reader at the same place. */
  ByteReader copy() {
    return new ByteReader(bytes, position, end);
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  /** Reads a zigzag variable-length integer of at most 64 bits. */
  long readLong(String what) throws DecodeException {
    long raw = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position == end) {
        throw ended(what, 1);
      }
      byte b = bytes[position++];
      raw |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new DecodeException(what + " at byte " + position + " is an integer of over 10 bytes");
  }

  int readInt(String what) throws DecodeException {
    long value = readLong(what);
    if (value != (int) value) {
      throw new DecodeException(what + " is " + value + ", expected an integer of 32 bits");
    }
    return (int) value;
  }

  float readFloat(String what) throws DecodeException {
    need(what, 4);
    int p = position;
    position = p + 4;
    return Float.intBitsToFloat(
        (bytes[p] & 0xFF)
            | (bytes[p + 1] & 0xFF) << 8
            | (bytes[p + 2] & 0xFF) << 16
            | bytes[p + 3] << 24);
  }

  double readDouble(String what) throws DecodeException {
    need(what, 8);
    int p = position;
    position = p + 8;
    return (double) DOUBLES.get(bytes, p);
  }

  /** Reads a length and steps over as many bytes; returns where they start. */
  int skipPrefixed(String what) throws DecodeException {
    long length = readLong(what);
    if (length < 0) {
      throw new DecodeException(what + " has length " + length + ", expected at least 0");
    }
    need(what, length);
    int start = position;
    position += (int) length;
    return start;
  }

  String readString(String what) throws DecodeException {
    int start = skipPrefixed(what);
    int length = position - start;
    String text = new String(bytes, start, length, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length));
      } catch (CharacterCodingException e) {
        throw new DecodeException(what + " at byte " + start + " is not UTF-8", e);
      }
    }
    return text;
  }

  byte[] readBytes(String what) throws DecodeException {
    int start = skipPrefixed(what);
    return Arrays.copyOfRange(bytes, start, position);
  }

  void skip(String what, long count) throws DecodeException {
    need(what, count);
    position += (int) count;
  }

  void need(String what, long count) throws DecodeException {
    if (count > remaining()) {
      throw ended(what, count);
    }
  }

  void expectEnd(String what) throws DecodeException {
    if (remaining() > 0) {
      throw new DecodeException(
          what + " ends at byte " + position + ", but " + remaining() + " more bytes follow");
    }
  }

  private DecodeException ended(String what, long count) {
    return new DecodeException(
        "cut off within "
            + what
            + ": at byte "
            + position
            + ", expected "
            + count
            + " more bytes, got "
            + remaining());
  }
}
