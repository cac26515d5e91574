package io.otflow.codec;

import io.otflow.avro.ModelSnapshotRecord;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Models as bytes: a message of the models topic (single-object encoding), or a model file (an Avro
 * object container with exactly one record). The same model gives the same bytes. Thread-safe.
 */
public final class SnapshotCodec {

  /** The most bytes of a model file that are read: the largest θ is 2^28 floats. */
  static final int MAX_FILE_LENGTH = (1 << 30) + (1 << 28);

  private static final int SYNC_LENGTH = 16;

  private SnapshotCodec() {}

  /**
   * Encodes a model as a message.
   *
   * @param model the model
   * @return its single-object encoding
   */
  public static byte[] toBytes(ModelSnapshot model) {
    return SingleObject.encode(SnapshotRecords.toRecord(model));
  }

  /**
   * Encodes a model as a message, signed if there is a key.
   *
   * @param model the model
   * @param key signs it; empty: it is not signed
   * @return its single-object encoding
   */
  public static byte[] toBytes(ModelSnapshot model, Optional<SigningKey> key) {
    return key.isPresent()
        ? RecordSignature.MODEL.sign(SnapshotRecords.toRecord(model), key.get())
        : toBytes(model);
  }

  /**
   * Decodes a message.
   *
   * @param value single-object encoding of a model
   * @return the model
   * @throws DecodeException if the bytes are not one
   */
  public static ModelSnapshot fromBytes(byte[] value) throws DecodeException {
    return SnapshotRecords.toModel(SingleObject.decode(value, ModelSnapshotRecord.class));
  }

  /**
   * Writes a model file.
   *
   * @param model the model
   * @param out receives the file; not closed
   * @throws IOException if it cannot be written
   */
  public static void writeFile(ModelSnapshot model, OutputStream out) throws IOException {
    writeFile(toBytes(model), out);
  }

  /**
   * Writes a model file of a message, with its signature if it has one.
   *
   * @param message single-object encoding of a model
   * @param out receives the file; not closed
   * @throws IOException if it cannot be written
   */
  public static void writeFile(byte[] message, OutputStream out) throws IOException {
    Schema schema;
    try {
      schema = SingleObject.writer(message, ModelSnapshotRecord.class);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("the message is no model: " + e.getMessage(), e);
    }
    // Closing the writer would close the stream, which is the caller's.
    @SuppressWarnings("resource")
    DataFileWriter<ModelSnapshotRecord> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(schema));
    writer.create(schema, out, sync(message));
    int header = SingleObject.HEADER_LENGTH;
    writer.appendEncoded(ByteBuffer.wrap(message, header, message.length - header));
    writer.flush();
  }

  /**
   * Reads a model file.
   *
   * @param in the file; read to its end, not closed
   * @param name what messages call it, such as its path
   * @return the model
   * @throws InputException if it is cut off, damaged, or something else
   * @throws IOException if it cannot be read
   */
  public static ModelSnapshot readFile(InputStream in, String name) throws IOException {
    return read(in, name, SnapshotCodec::model);
  }

  /**
   * Reads a model file as a message, with its signature if it has one.
   *
   * @param in the file; read to its end, not closed
   * @param name what messages call it, such as its path
   * @return single-object encoding of the model
   * @throws InputException if it is cut off, damaged, or something else
   * @throws IOException if it cannot be read
   */
  public static byte[] readMessage(InputStream in, String name) throws IOException {
    return read(in, name, SnapshotCodec::message);
  }

  /** The one record of a container: bytes from start to end, and the schema that wrote them. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Contained(byte[] bytes, int start, int end, Schema writer) {}

  private interface Use<T> {
    T of(Contained contained) throws DecodeException;
  }

  private static <T> T read(InputStream in, String name, Use<T> use) throws IOException {
    byte[] bytes = in.readNBytes(MAX_FILE_LENGTH + 1);
    if (bytes.length > MAX_FILE_LENGTH) {
      throw new InputException(
          name + " is larger than " + MAX_FILE_LENGTH + " bytes, the largest model file");
    }
    try {
      return use.of(openContainer(bytes));
    } catch (DecodeException e) {
      throw new InputException(name + " is not a usable model file: " + e.getMessage(), e);
    }
  }

  private static ModelSnapshot model(Contained file) throws DecodeException {
    return SnapshotRecords.toModel(
        SingleObject.decodeBody(
            file.bytes, file.start, file.end, file.writer, ModelSnapshotRecord.class));
  }

  /** The record as it is where its schema is known, so that a signature stays good. */
  private static byte[] message(Contained file) throws DecodeException {
    ModelSnapshot model = model(file);
    if (!SingleObject.reads(file.writer, ModelSnapshotRecord.class)) {
      return toBytes(model);
    }
    byte[] header = SingleObject.header(file.writer);
    byte[] message = Arrays.copyOf(header, header.length + file.end - file.start);
    System.arraycopy(file.bytes, file.start, message, header.length, file.end - file.start);
    return message;
  }

  private static Contained openContainer(byte[] bytes) throws DecodeException {
    byte[] magic = DataFileConstants.MAGIC;
    if (bytes.length < magic.length
        || !Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length)) {
      throw new DecodeException(
          bytes.length == 0
              ? "it is empty"
              : "it does not start as an Avro object container does ('Obj' and 1)");
    }
    ByteReader in = new ByteReader(bytes, magic.length, bytes.length);
    Map<String, byte[]> header = new HashMap<>();
    for (long count = AvroBounds.blockCount(in, "the header");
        count != 0;
        count = AvroBounds.blockCount(in, "the header")) {
      for (long i = 0; i < count; i++) {
        header.put(in.readString("the header"), in.readBytes("the header"));
      }
    }
    Schema writer = schema(header);
    int sync = in.position();
    in.skip("the header", SYNC_LENGTH);
    long count = in.readLong("the record count");
    if (count != 1) {
      throw new DecodeException("it holds " + count + " records, expected exactly one");
    }
    int start = in.skipPrefixed("the model record");
    int end = in.position();
    in.skip("the mark behind the record", SYNC_LENGTH);
    if (!Arrays.equals(bytes, sync, sync + SYNC_LENGTH, bytes, end, end + SYNC_LENGTH)) {
      throw new DecodeException("the mark behind its record is damaged");
    }
    in.expectEnd("its one record");
    return new Contained(bytes, start, end, writer);
  }

  private static Schema schema(Map<String, byte[]> header) throws DecodeException {
    String codec =
        new String(
            header.getOrDefault(DataFileConstants.CODEC, new byte[0]), StandardCharsets.UTF_8);
    if (!codec.isEmpty() && !codec.equals(DataFileConstants.NULL_CODEC)) {
      throw new DecodeException("it is compressed by '" + codec + "', expected no compression");
    }
    byte[] json = header.get(DataFileConstants.SCHEMA);
    if (json == null) {
      throw new DecodeException("its header has no schema");
    }
    String name;
    Schema writer;
    try {
      writer = new Schema.Parser().parse(new String(json, StandardCharsets.UTF_8));
      name = writer.getFullName();
    } catch (RuntimeException e) {
      // Avro's parser meets damaged schemas with more than its own exceptions.
      throw new DecodeException("its header has a damaged schema", e);
    }
    String expected = ModelSnapshotRecord.getClassSchema().getFullName();
    if (!expected.equals(name)) {
      throw new DecodeException("it holds records of " + name + ", expected " + expected);
    }
    return writer;
  }

  /** The mark of a container: the same message gives the same file. */
  private static byte[] sync(byte[] message) {
    return Arrays.copyOf(SnapshotRecords.sha256(ByteBuffer.wrap(message)), SYNC_LENGTH);
  }
}
