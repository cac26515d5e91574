package io.otflow.codec;

import io.otflow.avro.ModelCommand;
import io.otflow.avro.ModelSnapshotRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Ed25519 signatures of models and of commands, as messages. A signature is the last field of the
 * record, and covers every byte before it and the fingerprint of the schema, so that it can be
 * checked without the record being written again. It is deterministic: the same model and key give
 * the same bytes.
 */
public final class RecordSignature {

  /** Signatures of models. */
  public static final RecordSignature MODEL =
      new RecordSignature(ModelSnapshotRecord.class, "otflow-model-snapshot", "the snapshot");

  /** Signatures of commands. */
  public static final RecordSignature COMMAND =
      new RecordSignature(ModelCommand.class, "otflow-model-command", "the command");

  private static final String FIELD = "signature";
  private static final int LENGTH = 64;

  /** The field without a signature: the first choice of its union. */
  private static final byte[] ABSENT = {0};

  /** What stands before a signature: the second choice of its union, and 64 as Avro's length. */
  private static final byte[] PRESENT = {2, (byte) 0x80, 1};

  private final Class<? extends SpecificRecord> type;
  private final byte[] context;
  private final String what;

  private RecordSignature(Class<? extends SpecificRecord> type, String context, String what) {
    this.type = type;
    this.context = context.getBytes(StandardCharsets.US_ASCII);
    this.what = what;
  }

  /**
   * Signs a record.
   *
   * @param message its single-object encoding; a signature that it has is replaced
   * @param key the key
   * @return its single-object encoding with the signature
   * @throws DecodeException if the bytes are no such record, or of a format without signatures
   */
  public byte[] sign(byte[] message, SigningKey key) throws DecodeException {
    requireField(message);
    int end = message.length - (signed(message) ? PRESENT.length + LENGTH : ABSENT.length);
    byte[] signature = key.sign(List.of(context, covered(message, end)));
    ByteBuffer out = ByteBuffer.allocate(end + PRESENT.length + LENGTH);
    out.put(message, 0, end).put(PRESENT).put(signature);
    return out.array();
  }

  /**
   * Encodes a record of one's own, signed.
   *
   * @param record the record
   * @param key the key
   * @return its single-object encoding with the signature
   */
  public byte[] sign(SpecificRecord record, SigningKey key) {
    try {
      return sign(SingleObject.encode(record), key);
    } catch (DecodeException e) {
      throw new IllegalStateException("a record of one's own cannot be read", e);
    }
  }

  /**
   * Checks the signature of a record.
   *
   * @param message its single-object encoding
   * @param key the key that must have signed it
   * @throws DecodeException if the bytes are no such record, it is not signed, or not by that key
   */
  public void verify(byte[] message, VerifyingKey key) throws DecodeException {
    requireField(message);
    if (!signed(message)) {
      throw new DecodeException(what + " is not signed");
    }
    int end = message.length - PRESENT.length - LENGTH;
    byte[] signature = Arrays.copyOfRange(message, message.length - LENGTH, message.length);
    if (!key.verifies(List.of(context, covered(message, end)), signature)) {
      throw new DecodeException(
          what + " was altered after it was signed, or signed with another key than " + key);
    }
  }

  private void requireField(byte[] message) throws DecodeException {
    Schema writer = SingleObject.writer(message, type);
    List<Schema.Field> fields = writer.getFields();
    if (!fields.get(fields.size() - 1).name().equals(FIELD)) {
      throw new DecodeException(what + " is not signed, its format has no signatures");
    }
  }

  /** Whether the record has a signature, by decoding it. */
  private boolean signed(byte[] message) throws DecodeException {
    SpecificRecord record = SingleObject.decode(message, type);
    ByteBuffer signature = (ByteBuffer) record.get(record.getSchema().getField(FIELD).pos());
    if (signature != null && signature.remaining() != LENGTH) {
      throw new DecodeException(
          "the signature of "
              + what
              + " has "
              + signature.remaining()
              + " bytes, expected "
              + LENGTH);
    }
    return signature != null;
  }

  /** Fingerprint and fields: what is between the marker and the last field. */
  private static byte[] covered(byte[] message, int end) {
    return Arrays.copyOfRange(message, 2, end);
  }
}
