package io.otflow.codec;

import io.otflow.avro.FeatureVector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Decodes the value of a Kafka record into a feature vector. Three forms are recognised by their
 * first bytes:
 *
 * <pre>
 *  C3 01 + fingerprint (8) + body   Avro's single-object encoding, by FeatureVector's schema only
 *  00 + schema id (4) + body        a schema registry's header; the id is not looked up
 *  body                             FeatureVector's Avro binary form
 * </pre>
 *
 * <p>The starts cannot always be told apart, so this is the rule. A plain body never starts with C3
 * 01: that would be an id of negative length; such a value is single-object or nothing. A plain
 * body starts with 00 where its id is empty: such a value is read as a registry's, and, where that
 * does not fit to the last byte, as a plain body.
 *
 * <p>Written by hand because it runs once an event: it allocates the values, their strings and one
 * float array, and nothing before the bytes that fill it are known to be there. Thread-safe.
 */
public final class FeatureVectorDecoder {

  private static final float[] NO_FEATURES = {};
  private static final long FINGERPRINT = SingleObject.fingerprint(FeatureVector.class);
  private static final int REGISTRY_HEADER_LENGTH = 5;

  private FeatureVectorDecoder() {}

  /**
   * Decodes a value.
   *
   * @param value the bytes as Kafka has them
   * @return the feature vector; its features may be NaN or infinite, which is for the caller to
   *     judge
   * @throws DecodeException if the value is null, of an unknown schema, cut off, too long, or not a
   *     feature vector in any of the forms; the message says which
   */
  public static FeatureValues decode(byte[] value) throws DecodeException {
    if (value == null) {
      throw new DecodeException("the value is null (a tombstone)");
    }
    if (value.length == 0) {
      throw new DecodeException("the value is empty");
    }
    if (SingleObject.hasMarker(value)) {
      long fingerprint = SingleObject.fingerprint(value);
      if (fingerprint != FINGERPRINT) {
        throw SingleObject.unknown(fingerprint, List.of(FeatureVector.class));
      }
      return body(value, SingleObject.HEADER_LENGTH);
    }
    if (value[0] != 0 || value.length <= REGISTRY_HEADER_LENGTH) {
      return body(value, 0);
    }
    try {
      return body(value, REGISTRY_HEADER_LENGTH);
    } catch (DecodeException registry) {
      try {
        return body(value, 0);
      } catch (DecodeException plain) {
        registry.addSuppressed(plain);
        throw registry;
      }
    }
  }

  private static FeatureValues body(byte[] value, int start) throws DecodeException {
    ByteReader in = new ByteReader(value, start, value.length);
    String id = in.readString("id");
    String key = null;
    int choice = in.readInt("key");
    if (choice == 1) {
      key = in.readString("key");
    } else if (choice != 0) {
      throw new DecodeException(
          "key has choice " + choice + ", expected 0 (null) or 1 (string) by the schema");
    }
    long eventTimeMillis = in.readLong("eventTime");
    float[] features = NO_FEATURES;
    int size = 0;
    for (long count = AvroBounds.blockCount(in, "features");
        count != 0;
        count = AvroBounds.blockCount(in, "features")) {
      features = block(in, count, features, size);
      size += (int) count;
    }
    in.expectEnd("FeatureVector");
    return new FeatureValues(
        id,
        key,
        eventTimeMillis,
        size == features.length ? features : Arrays.copyOf(features, size),
        Map.of());
  }

  /**
   * Reads a block of values behind those of the blocks before. Nearly always there are none; where
   * there are, the array is doubled, so that many short blocks cost no more than one long one.
   */
  private static float[] block(ByteReader in, long count, float[] before, int size)
      throws DecodeException {
    if (count > in.remaining() / Float.BYTES) {
      throw new DecodeException(
          "features claims "
              + count
              + " values at byte "
              + in.position()
              + ", but only "
              + in.remaining()
              + " bytes follow");
    }
    int end = size + (int) count;
    float[] features =
        end <= before.length ? before : Arrays.copyOf(before, Math.max(end, 2 * before.length));
    for (int k = size; k < end; k++) {
      features[k] = in.readFloat("features");
    }
    return features;
  }
}
