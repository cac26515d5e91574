package io.otflow.flink;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of objects that nothing changes once they are made: chained operators hand on the
 * object itself, with or without Flink's object reuse. Nothing is ever read into an object that
 * exists already, so that an operator may keep what it was given.
 *
 * @param <T> the objects
 */
abstract class ValueSerializer<T> extends TypeSerializer<T> {

  private static final long serialVersionUID = 1L;

  @Override
  public final boolean isImmutableType() {
    return true;
  }

  @Override
  public final T createInstance() {
    return null; // as Flink's own serializers of types without an empty value
  }

  @Override
  public final T copy(T from) {
    return from;
  }

  @Override
  public final T copy(T from, T reuse) {
    return from;
  }

  @Override
  public final T deserialize(T reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public final void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public final int getLength() {
    return -1;
  }

  /** Writes bytes, or null, behind their length. */
  static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
    if (bytes == null) {
      target.writeInt(-1);
    } else {
      target.writeInt(bytes.length);
      target.write(bytes);
    }
  }

  /** Reads what {@link #writeBytes} wrote. */
  static byte[] readBytes(DataInputView source) throws IOException {
    return readBytes(source.readInt(), source);
  }

  /** Reads what {@link #writeBytes} wrote behind the length. */
  static byte[] readBytes(int length, DataInputView source) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    source.readFully(bytes);
    return bytes;
  }

  /** Writes texts by their names, behind their number. */
  static void writeTexts(Map<String, String> texts, DataOutputView target) throws IOException {
    target.writeInt(texts.size());
    for (Map.Entry<String, String> text : texts.entrySet()) {
      StringValue.writeString(text.getKey(), target);
      StringValue.writeString(text.getValue(), target);
    }
  }

  /** Reads what {@link #writeTexts} wrote. */
  static Map<String, String> readTexts(DataInputView source) throws IOException {
    int count = source.readInt();
    if (count == 0) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      texts.put(StringValue.readString(source), StringValue.readString(source));
    }
    return texts;
  }
}
