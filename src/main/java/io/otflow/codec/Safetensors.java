package io.otflow.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The safetensors format: named tensors behind a JSON header.
 *
 * <pre>
 *  0      length h of the header, 8 bytes, little-endian
 *  8      the header, JSON: {name: {dtype, shape, data_offsets: [begin, end)}}, padded by spaces
 *  8 + h  the tensors, little-endian, row-major, without gaps
 * </pre>
 */
final class Safetensors {

  /** A longer header is refused, as by the format's own library. */
  static final int MAX_HEADER_LENGTH = 100_000_000;

  private static final int PREFIX = 8;
  private static final String METADATA = "__metadata__";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Safetensors() {}

  /**
   * One tensor.
   *
   * @param shape its dimensions
   * @param values its numbers in single precision, row-major
   * @param exact the same in double, of a tensor of F64; null of all others
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Tensor(int[] shape, float[] values, double[] exact) {

    /** A tensor in single precision. */
    Tensor(int[] shape, float[] values) {
      this(shape, values, null);
    }

    /** A list in double precision. */
    static Tensor list(double... exact) {
      return new Tensor(new int[] {exact.length}, rounded(exact), exact);
    }

    /** Its numbers in double, whatever their type. */
    double[] doubles() {
      if (exact != null) {
        return exact;
      }
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      return wide;
    }

    private int width() {
      return exact == null ? Float.BYTES : Double.BYTES;
    }

    private static float[] rounded(double[] exact) {
      float[] values = new float[exact.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) exact[i];
      }
      return values;
    }
  }

  /** What a file holds; both maps in the order of the header. */
  record Content(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  /** Decodes a file. */
  static Content decode(byte[] file) throws DecodeException {
    if (file.length < PREFIX) {
      throw new DecodeException("it has " + file.length + " bytes, expected at least " + PREFIX);
    }
    ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long length = data.getLong(0);
    if (length < 2 || length > MAX_HEADER_LENGTH || length > file.length - PREFIX) {
      throw new DecodeException(
          "no safetensors file, or cut off: its header claims "
              + Long.toUnsignedString(length)
              + " bytes, but "
              + (file.length - PREFIX)
              + " follow");
    }
    JsonNode header = header(file, (int) length);
    int start = PREFIX + (int) length;
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long used = 0;
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals(METADATA)) {
        for (Map.Entry<String, JsonNode> about : entry.getValue().properties()) {
          metadata.put(about.getKey(), about.getValue().asText());
        }
        continue;
      }
      JsonNode offsets = entry.getValue().path("data_offsets");
      used += Math.max(0, offsets.path(1).asLong() - offsets.path(0).asLong());
      if (used > data.capacity() - start) {
        throw new DecodeException(
            "tensor '"
                + entry.getKey()
                + "' and those before it claim more bytes than follow the header; the file is cut"
                + " off or damaged");
      }
      tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), data, start));
    }
    return new Content(tensors, metadata);
  }

  private static JsonNode header(byte[] file, int length) throws DecodeException {
    JsonNode header;
    try {
      header = JSON.readTree(new String(file, PREFIX, length, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new DecodeException("its header is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!header.isObject()) {
      throw new DecodeException("its header is not a JSON object");
    }
    return header;
  }

  private static Tensor tensor(String name, JsonNode entry, ByteBuffer data, int start)
      throws DecodeException {
    String type = entry.path("dtype").asText("");
    int width =
        switch (type) {
          case "F32" -> 4;
          case "F64" -> 8;
          case "BF16" -> 2;
          default ->
              throw new DecodeException(
                  "tensor '" + name + "' has dtype '" + type + "', expected F32, F64 or BF16");
        };
    JsonNode shapeNode = entry.path("shape");
    JsonNode offsets = entry.path("data_offsets");
    if (!shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw new DecodeException("tensor '" + name + "' lacks its shape or data_offsets");
    }
    int[] shape = new int[shapeNode.size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      if (!shapeNode.get(i).canConvertToInt() || shapeNode.get(i).asInt() < 0) {
        throw new DecodeException("tensor '" + name + "' has the shape " + shapeNode);
      }
      shape[i] = shapeNode.get(i).asInt();
      // Capped where it no longer matters, so that it cannot wrap around.
      count = Math.min(count * shape[i], Integer.MAX_VALUE);
    }
    long begin = offsets.get(0).canConvertToLong() ? offsets.get(0).asLong() : -1;
    long end = offsets.get(1).canConvertToLong() ? offsets.get(1).asLong() : -1;
    if (begin < 0 || end < begin || end > data.capacity() - start) {
      throw new DecodeException(
          "tensor '"
              + name
              + "' claims bytes "
              + offsets
              + " of the "
              + (data.capacity() - start)
              + " that follow the header; the file is cut off or damaged");
    }
    if (end - begin != count * width) {
      throw new DecodeException(
          "tensor '"
              + name
              + "' of shape "
              + Arrays.toString(shape)
              + " has "
              + (end - begin)
              + " bytes, expected "
              + count * width);
    }
    return tensor(shape, (int) count, width, data, start + (int) begin);
  }

  private static Tensor tensor(int[] shape, int count, int width, ByteBuffer data, int start) {
    if (width == Double.BYTES) {
      double[] exact = new double[count];
      for (int i = 0; i < count; i++) {
        exact[i] = data.getDouble(start + i * width);
      }
      return new Tensor(shape, Tensor.rounded(exact), exact);
    }
    float[] values = new float[count];
    for (int i = 0, position = start; i < count; i++, position += width) {
      values[i] =
          width == Float.BYTES
              ? data.getFloat(position)
              : Float.intBitsToFloat(data.getShort(position) << 16);
    }
    return new Tensor(shape, values);
  }

  /**
   * Encodes tensors of F32 and F64, in the order of the map. The data starts at a multiple of 8
   * bytes, so tensors of F64 that come first are aligned.
   */
  static byte[] encode(Map<String, Tensor> tensors, Map<String, String> metadata) {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode about = header.putObject(METADATA);
    metadata.forEach(about::put);
    int offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode node =
          header
              .putObject(entry.getKey())
              .put("dtype", entry.getValue().exact() == null ? "F32" : "F64");
      ArrayNode shape = node.putArray("shape");
      Arrays.stream(entry.getValue().shape()).forEach(shape::add);
      ArrayNode offsets = node.putArray("data_offsets").add(offset);
      offset += entry.getValue().values().length * entry.getValue().width();
      offsets.add(offset);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    ByteBuffer file =
        ByteBuffer.allocate(PREFIX + padded.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded.length).put(padded);
    for (Tensor tensor : tensors.values()) {
      if (tensor.exact() == null) {
        for (float value : tensor.values()) {
          file.putFloat(value);
        }
      } else {
        for (double value : tensor.exact()) {
          file.putDouble(value);
        }
      }
    }
    return file.array();
  }
}
