package io.otflow.codec;

import org.apache.avro.Schema;

/**
 * Walks over an Avro body by its schema and checks that every length and count in it is backed by
 * bytes that are there. Avro's own readers allocate what a count asks for; after this walk that is
 * at most in proportion to the bytes present.
 */
final class AvroBounds {

  private static final int MAX_DEPTH = 64;

  private AvroBounds() {}

  /** Steps over one value of the schema; leaves the reader behind it. */
  static void check(Schema schema, ByteReader in) throws DecodeException {
    check(schema, in, schema.getName(), 0);
  }

  private static void check(Schema schema, ByteReader in, String what, int depth)
      throws DecodeException {
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
      case ENUM -> index(in, what, schema.getEnumSymbols().size());
      case UNION ->
          check(
              schema.getTypes().get(index(in, what, schema.getTypes().size())),
              in,
              what,
              depth + 1);
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          check(field.schema(), in, field.name(), depth + 1);
        }
      }
      case ARRAY -> items(schema.getElementType(), false, in, what, depth + 1);
      case MAP -> items(schema.getValueType(), true, in, what, depth + 1);
    }
  }

  private static int index(ByteReader in, String what, int size) throws DecodeException {
    int index = in.readInt(what);
    if (index < 0 || index >= size) {
      throw new DecodeException(
          what + " has choice " + index + ", expected 0 to " + (size - 1) + " by the schema");
    }
    return index;
  }

  private static void items(Schema items, boolean keys, ByteReader in, String what, int depth)
      throws DecodeException {
    for (long count = blockCount(in, what); count != 0; count = blockCount(in, what)) {
      in.need(what, count);
      for (long i = 0; i < count; i++) {
        if (keys) {
          in.readString(what);
        }
        check(items, in, what, depth);
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
