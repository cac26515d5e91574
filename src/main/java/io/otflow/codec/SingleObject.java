package io.otflow.codec;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.DeadLetter;
import io.otflow.avro.FeatureVector;
import io.otflow.avro.ModelCommand;
import io.otflow.avro.ModelSnapshotRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding of the records of the schemas. Thread-safe.
 *
 * <pre>
 *  0    C3
 *  1    01
 *  2    CRC-64-AVRO fingerprint of the schema's parsing canonical form, 8 bytes, little-endian
 * 10    the record's Avro binary body
 * </pre>
 */
public final class SingleObject {

  /** Bytes before the body. */
  public static final int HEADER_LENGTH = 10;

  private static final List<Class<? extends SpecificRecord>> KNOWN =
      List.of(
          FeatureVector.class,
          AnomalyScore.class,
          DeadLetter.class,
          ModelSnapshotRecord.class,
          ModelCommand.class);

  /** Schemas of before, whose records are still read: resources beside this class. */
  private static final Map<Class<? extends SpecificRecord>, List<String>> EARLIER =
      Map.of(
          FeatureVector.class, List.of("feature_vector-1.avsc"),
          ModelSnapshotRecord.class,
              List.of("model_snapshot-1.avsc", "model_snapshot-2.avsc", "model_snapshot-3.avsc"),
          AnomalyScore.class, List.of("anomaly_score-1.avsc", "anomaly_score-2.avsc"),
          ModelCommand.class, List.of("model_command-1.avsc"));

  /**
   * What is worked out once for a class of records.
   *
   * @param schema the schema of today
   * @param data how its values are made
   * @param fingerprint of that schema
   * @param writers all schemas that are read, by fingerprint
   */
  private record Format(
      Schema schema, SpecificData data, long fingerprint, Map<Long, Schema> writers) {
    byte[] header() {
      return SingleObject.header(fingerprint);
    }
  }

  private static final ClassValue<Format> FORMATS =
      new ClassValue<>() {
        @Override
        protected Format computeValue(Class<?> type) {
          SpecificData data = SpecificData.getForClass(type);
          Schema schema = data.getSchema(type);
          long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
          Map<Long, Schema> writers = new HashMap<>();
          writers.put(fingerprint, schema);
          for (String name : EARLIER.getOrDefault(type, List.of())) {
            Schema earlier = resource(name);
            writers.put(SchemaNormalization.parsingFingerprint64(earlier), earlier);
          }
          return new Format(schema, data, fingerprint, Map.copyOf(writers));
        }
      };

  private static Schema resource(String name) {
    try (InputStream in = SingleObject.class.getResourceAsStream(name)) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + " cannot be read", e);
    }
  }

  private SingleObject() {}

  /**
   * Encodes a record.
   *
   * @param record a record of a generated class
   * @return header and body
   */
  public static byte[] encode(SpecificRecord record) {
    Format format = FORMATS.get(record.getClass());
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    out.writeBytes(format.header());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new SpecificDatumWriter<SpecificRecord>(format.schema(), format.data())
          .write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * The header of a class's records, for an encoder that writes the body itself.
   *
   * @param type the class
   * @return a new array of 10 bytes
   */
  public static byte[] header(Class<? extends SpecificRecord> type) {
    return FORMATS.get(type).header();
  }

  /**
   * Decodes a record of one class.
   *
   * @param value header and body
   * @param type its class
   * @param <T> its class
   * @return the record
   * @throws DecodeException if the header, the fingerprint or the body is wrong
   */
  public static <T extends SpecificRecord> T decode(byte[] value, Class<T> type)
      throws DecodeException {
    return decodeBody(value, HEADER_LENGTH, value.length, writer(value, type), type);
  }

  /**
   * Whether a value says that it is of a class.
   *
   * @param value header and body
   * @param type the class
   * @return whether the header names a schema of it
   */
  public static boolean is(byte[] value, Class<? extends SpecificRecord> type) {
    return value.length >= HEADER_LENGTH
        && hasMarker(value)
        && Arrays.equals(value, 0, HEADER_LENGTH, FORMATS.get(type).header(), 0, HEADER_LENGTH);
  }

  /** The schema, of today or of before, that the header names. */
  static Schema writer(byte[] value, Class<? extends SpecificRecord> type) throws DecodeException {
    long fingerprint = fingerprint(value);
    Schema writer = FORMATS.get(type).writers().get(fingerprint);
    if (writer == null) {
      throw unknown(fingerprint, List.of(type));
    }
    return writer;
  }

  /** Whether records of a class are read that a schema has written. */
  static boolean reads(Schema writer, Class<? extends SpecificRecord> type) {
    return FORMATS
        .get(type)
        .writers()
        .containsKey(SchemaNormalization.parsingFingerprint64(writer));
  }

  /** The header of records that a schema writes. */
  static byte[] header(Schema writer) {
    return header(SchemaNormalization.parsingFingerprint64(writer));
  }

  private static byte[] header(long fingerprint) {
    byte[] header = new byte[HEADER_LENGTH];
    header[0] = (byte) 0xC3;
    header[1] = 0x01;
    for (int i = 0; i < Long.BYTES; i++) {
      header[2 + i] = (byte) (fingerprint >>> (Byte.SIZE * i));
    }
    return header;
  }

  /**
   * Decodes a record of any class of the schemas, chosen by its fingerprint.
   *
   * @param value header and body
   * @return a FeatureVector, AnomalyScore, DeadLetter, ModelSnapshotRecord or ModelCommand
   * @throws DecodeException if the header, the fingerprint or the body is wrong
   */
  public static SpecificRecord decode(byte[] value) throws DecodeException {
    long fingerprint = fingerprint(value);
    for (Class<? extends SpecificRecord> type : KNOWN) {
      if (FORMATS.get(type).writers().containsKey(fingerprint)) {
        return decode(value, type);
      }
    }
    throw unknown(fingerprint, KNOWN);
  }

  /**
   * Whether bytes start with the two marker bytes of the encoding.
   *
   * @param value the bytes
   * @return whether they do
   */
  public static boolean hasMarker(byte[] value) {
    return value.length >= 2 && value[0] == (byte) 0xC3 && value[1] == 0x01;
  }

  /** The fingerprint of a class's schema. */
  static long fingerprint(Class<? extends SpecificRecord> type) {
    return FORMATS.get(type).fingerprint();
  }

  /**
   * The fingerprint in the header.
   *
   * @param value header and body
   * @return the fingerprint of the writer's schema
   * @throws DecodeException if there is no header
   */
  public static long fingerprint(byte[] value) throws DecodeException {
    if (value == null) {
      throw new DecodeException("the value is null");
    }
    if (!hasMarker(value)) {
      throw new DecodeException(
          "the value of "
              + value.length
              + " bytes starts with '"
              + HexFormat.ofDelimiter(" ").formatHex(value, 0, Math.min(2, value.length))
              + "', expected Avro's single-object marker 'c3 01'");
    }
    ByteReader in = new ByteReader(value, 2, value.length);
    in.need("the schema's fingerprint", 8);
    long fingerprint = 0;
    for (int i = 0; i < 8; i++) {
      fingerprint |= (value[2 + i] & 0xFFL) << (8 * i);
    }
    return fingerprint;
  }

  /** Fingerprints of the schemas of before, the oldest first. */
  static List<Long> earlierFingerprints(Class<? extends SpecificRecord> type) {
    return EARLIER.getOrDefault(type, List.of()).stream()
        .map(name -> SchemaNormalization.parsingFingerprint64(resource(name)))
        .toList();
  }

  static DecodeException unknown(
      long fingerprint, List<? extends Class<? extends SpecificRecord>> expected) {
    return new DecodeException(
        "schema fingerprint "
            + HexFormat.of().toHexDigits(fingerprint)
            + " is unknown, expected "
            + expected.stream()
                .map(t -> t.getSimpleName() + "'s " + HexFormat.of().toHexDigits(fingerprint(t)))
                .collect(Collectors.joining(" or ")));
  }

  /** Decodes a body that must fill the range exactly, written by any schema that resolves. */
  static <T extends SpecificRecord> T decodeBody(
      byte[] bytes, int start, int end, Schema writer, Class<T> type) throws DecodeException {
    Format format = FORMATS.get(type);
    // Any runtime exception: the writer's schema may come from a damaged file, and Avro's classes
    // meet such schemas with all kinds of them.
    try {
      ByteReader in = new ByteReader(bytes, start, end);
      AvroBounds.check(writer, in);
      in.expectEnd(type.getSimpleName());
      T record =
          new SpecificDatumReader<T>(writer, format.schema(), format.data())
              .read(null, DecoderFactory.get().binaryDecoder(bytes, start, end - start, null));
      return type.cast(record);
    } catch (IOException | RuntimeException e) {
      throw new DecodeException(
          "the bytes are no " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }
}
