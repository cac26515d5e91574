package io.otflow.codec;

import org.apache.avro.Schema;

/**
 * Walks over an Avro body by its schema and checks that every length and count in it is backed by
 * bytes that are there. Avro's own readers allocate what a count asks for; after this walk that is
 * at most in proportion to the bytes present. So is the time: a writer's schema may ask for any
 * number of values that take no bytes.
 */
public final class AvroBounds {

  private static final int MAX_DEPTH = 64;

  /** A value of a byte is at most a union, its choice and the record around it. */
  private static final int VALUES_PER_BYTE = 4;

  private final ByteReader in;
  private final long mostValues;
  private long values;

  private AvroBounds(ByteReader in) {
    this.in = in;
    mostValues = VALUES_PER_BYTE * (in.remaining() + 16L);
  }

  /**
   * Checks that a body is one value of a schema, to the last byte.
   *
   * @param schema the writer's schema
   * @param bytes what holds the body
   * @param start where it begins
   * @throws DecodeException if a length or count is not backed by bytes, or bytes are left over
   */
  public static void checkWhole(Schema schema, byte[] bytes, int start) throws DecodeException {
    ByteReader in = new ByteReader(bytes, start, bytes.length);
    check(schema, in);
    in.expectEnd(schema.getName());
  }

  /** Steps over one value of the schema; leaves the reader behind it. */
  static void check(Schema schema, ByteReader in) throws DecodeException {
    new AvroBounds(in).check(schema, schema.getName(), 0);
  }

  private void check(Schema schema, String what, int depth) throws DecodeException {
    if (++values > mostValues) {
      throw new DecodeException(what + " is one of more values than the bytes can hold");
    }
    if (depth > MAX_DEPTH) {
      throw new DecodeException(what + " is nested deeper than " + MAX_DEPTH + " levels");
    }
    switch (schema.getType()) {
      case NULL -> {}
      case BOOLEAN -> in.skip(what, 1);
      case INT -> in.readInt(what);
      case LONG -> in.readLong(what);
      case FLOAT -> in.skip(what, 4);
      case DOUBLE -> in.skip(what, 8);
      case FIXED -> in.skip(what, schema.getFixedSize());
      case BYTES -> in.skipPrefixed(what);
      case STRING -> in.readString(what);
      case ENUM -> index(what, schema.getEnumSymbols().size());
      case UNION ->
          check(schema.getTypes().get(index(what, schema.getTypes().size())), what, depth + 1);
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          check(field.schema(), field.name(), depth + 1);
        }
      }
      case ARRAY -> items(schema.getElementType(), false, what, depth + 1);
      case MAP -> items(schema.getValueType(), true, what, depth + 1);
    }
  }

  private int index(String what, int size) throws DecodeException {
    int index = in.readInt(what);
    if (index < 0 || index >= size) {
      throw new DecodeException(
          what + " has choice " + index + ", expected 0 to " + (size - 1) + " by the schema");
    }
    return index;
  }

  private void items(Schema items, boolean keys, String what, int depth) throws DecodeException {
    for (long count = blockCount(in, what); count != 0; count = blockCount(in, what)) {
      in.need(what, count);
      for (long i = 0; i < count; i++) {
        if (keys) {
          in.readString(what);
        }
        check(items, what, depth);
      }
    }
  }

  /** Reads the item count of a block; the size in bytes that may follow it is not needed. */
  static long blockCount(ByteReader in, String what) throws DecodeException {
    long count = in.readLong(what);
    if (count < 0) {
      count = -count;
      in.readLong(what);
    }
    if (count < 0) {
      throw new DecodeException(what + " has a block of " + count + " items");
    }
    return count;
  }
}
