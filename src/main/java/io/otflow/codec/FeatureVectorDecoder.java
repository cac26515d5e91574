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
 *  C3 01 + fingerprint (8) + body   Avro's single-object encoding, by FeatureVector's schema of
 *                                   today, or that of before, whose features have 32 bits
 *  00 + schema id (4) + body        a schema registry's header; the id is not looked up
 *  body                             FeatureVector's Avro binary form
 * </pre>
 *
 * <p>The starts cannot always be told apart, so this is the rule. A plain body never starts with C3
 * 01: that would be an id of negative length; such a value is single-object or nothing. A plain
 * body starts with 00 where its id is empty: such a value is read as a registry's, and, where that
 * does not fit to the last byte, as a plain body.
 *
 * <p>Where no fingerprint tells how wide the features are, the length does: the array ends the
 * value, and of 8 bytes each it ends elsewhere than of 4.
 *
 * <p>Written by hand because it runs once an event: it allocates the values, their strings and one
 * array of doubles, and nothing before the bytes that fill it are known to be there. Thread-safe.
 */
public final class FeatureVectorDecoder {

  private static final double[] NO_FEATURES = {};
  private static final long FINGERPRINT = SingleObject.fingerprint(FeatureVector.class);
  private static final long FINGERPRINT_OF_FLOATS =
      SingleObject.earlierFingerprints(FeatureVector.class).get(0);
  private static final int REGISTRY_HEADER_LENGTH = 5;

  /** The width of features that the rest of the value tells. */
  private static final int UNKNOWN = 0;

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
      if (fingerprint != FINGERPRINT && fingerprint != FINGERPRINT_OF_FLOATS) {
        throw SingleObject.unknown(fingerprint, List.of(FeatureVector.class));
      }
      int width = fingerprint == FINGERPRINT ? Double.BYTES : Float.BYTES;
      return body(value, SingleObject.HEADER_LENGTH, width);
    }
    if (value[0] != 0 || value.length <= REGISTRY_HEADER_LENGTH) {
      return plain(value);
    }
    try {
      return body(value, REGISTRY_HEADER_LENGTH, UNKNOWN);
    } catch (DecodeException registry) {
      try {
        return body(value, 0, UNKNOWN);
      } catch (DecodeException plain) {
        registry.addSuppressed(plain);
        throw registry;
      }
    }
  }

  private static FeatureValues plain(byte[] value) throws DecodeException {
    try {
      return body(value, 0, UNKNOWN);
    } catch (DecodeException e) {
      String remark = WireForm.remark(value, WireForm.OTHER);
      throw remark.isEmpty() ? e : new DecodeException(e.getMessage() + remark, e);
    }
  }

  /** The body of a value whose features have so many bytes each, if that is known. */
  private static FeatureValues body(byte[] value, int start, int known) throws DecodeException {
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
    double[] features = NO_FEATURES;
    int size = 0;
    int width = known == UNKNOWN ? width(in.copy()) : known;
    for (long count = AvroBounds.blockCount(in, "features");
        count != 0;
        count = AvroBounds.blockCount(in, "features")) {
      features = block(in, count, width, features, size);
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

  /** Bytes of a feature: 4 where the rest of the value is an array of such, and not of 8. */
  private static int width(ByteReader rest) {
    return !fits(rest.copy(), Double.BYTES) && fits(rest, Float.BYTES) ? Float.BYTES : Double.BYTES;
  }

  private static boolean fits(ByteReader rest, int width) {
    try {
      for (long count = AvroBounds.blockCount(rest, "features");
          count != 0;
          count = AvroBounds.blockCount(rest, "features")) {
        if (count > rest.remaining() / width) {
          return false;
        }
        rest.skip("features", count * width);
      }
      return rest.remaining() == 0;
    } catch (DecodeException e) {
      return false;
    }
  }

  /**
   * Reads a block of values behind those of the blocks before. Nearly always there are none; where
   * there are, the array is doubled, so that many short blocks cost no more than one long one.
   */
  private static double[] block(ByteReader in, long count, int width, double[] before, int size)
      throws DecodeException {
    if (count > in.remaining() / width) {
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
    double[] features =
        end <= before.length ? before : Arrays.copyOf(before, Math.max(end, 2 * before.length));
    for (int k = size; k < end; k++) {
      features[k] = width == Float.BYTES ? in.readFloat("features") : in.readDouble("features");
    }
    return features;
  }
}
