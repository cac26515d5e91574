package io.otflow.cli;

import io.otflow.avro.ModelSnapshotRecord;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records of the schemas as JSON with the schemas' field names: times as milliseconds since 1970,
 * bytes as base64, infinities as strings. A model's weights are replaced by their count and
 * SHA-256.
 */
final class RecordJson {

  private RecordJson() {}

  static Json of(SpecificRecord record) {
    Json json = new Json();
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (record instanceof ModelSnapshotRecord && field.name().equals("parameters")) {
        ByteBuffer weights = (ByteBuffer) value;
        json.put(
            field.name(),
            new Json()
                .put("count", weights.remaining() / Float.BYTES)
                .put("sha256", sha256(weights)));
      } else {
        json.put(field.name(), value(value));
      }
    }
    return json;
  }

  private static Object value(Object value) {
    if (value instanceof SpecificRecord record) {
      return of(record);
    }
    if (value instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    if (value instanceof ByteBuffer buffer) {
      return Base64.getEncoder().encodeToString(bytes(buffer));
    }
    if (value instanceof Enum<?> symbol) {
      return symbol.name();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(RecordJson::value).toList();
    }
    return value;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static String sha256(ByteBuffer buffer) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(buffer)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
