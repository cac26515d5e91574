package io.otflow.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.avro.ModelSnapshotRecord;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records of the schemas as JSON with the schemas' field names: times as milliseconds since 1970,
 * bytes as base64, infinities as strings such as {@code "-Infinity"}, NaN as null. A model's
 * weights are replaced by their count and SHA-256.
 */
public final class RecordJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private RecordJson() {}

  /**
   * A record as one JSON object.
   *
   * @param record the record
   * @return the object in UTF-8, on one line
   */
  public static byte[] bytes(SpecificRecord record) {
    try {
      return MAPPER.writeValueAsBytes(fields(record));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of plain values is always JSON", e);
    }
  }

  private static Map<String, Object> fields(SpecificRecord record) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (record instanceof ModelSnapshotRecord && field.name().equals("parameters")) {
        fields.put(field.name(), summary((ByteBuffer) value));
      } else {
        fields.put(field.name(), value(value));
      }
    }
    return fields;
  }

  private static Map<String, Object> summary(ByteBuffer weights) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("count", weights.remaining() / Float.BYTES);
    summary.put("sha256", sha256(weights));
    return summary;
  }

  private static Object value(Object value) {
    if (value instanceof SpecificRecord record) {
      return fields(record);
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
    return number(value);
  }

  /**
   * What stands for a number that JSON does not know.
   *
   * @param value any value
   * @return a string such as {@code "-Infinity"} for an infinite double or float, null for NaN, and
   *     everything else as it is
   */
  public static Object number(Object value) {
    boolean unknown =
        (value instanceof Double d && !Double.isFinite(d))
            || (value instanceof Float f && !Float.isFinite(f));
    if (!unknown) {
      return value;
    }
    String name = value.toString();
    return name.equals("NaN") ? null : name;
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
