package io.otflow.codec.mapped;

import io.otflow.codec.InputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;

/**
 * The way to a field: names of fields of records, keys of maps and indexes of lists, from the
 * outside in, as in {@code engine.temperatures.0}.
 *
 * @param segments the names, at least one
 */
record FieldPath(List<String> segments) implements Serializable {

  FieldPath {
    segments = List.copyOf(segments);
  }

  /**
   * Reads a path.
   *
   * @param text segments with dots between them; {@code \.} is a dot within a segment
   * @throws InputException if a segment is empty
   */
  static FieldPath parse(String text) {
    List<String> segments = new ArrayList<>();
    StringBuilder segment = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '.') {
        segment.append('.');
        i++;
      } else if (c == '.') {
        segments.add(segment.toString());
        segment.setLength(0);
      } else {
        segment.append(c);
      }
    }
    segments.add(segment.toString());
    if (segments.stream().anyMatch(String::isBlank)) {
      throw new InputException("'" + text + "' is no path of fields, expected one such as a.b");
    }
    return new FieldPath(segments);
  }

  /** The field that it starts with. */
  String root() {
    return segments.get(0);
  }

  /**
   * What is there.
   *
   * @param value a record, a map or a list
   * @return the value; null where the path, or a part of it, leads to nothing
   */
  Object in(Object value) {
    Object at = value;
    for (int i = 0; i < segments.size() && at != null; i++) {
      at = step(at, segments.get(i));
    }
    return at;
  }

  private static Object step(Object at, String segment) {
    if (at instanceof IndexedRecord record) {
      Schema.Field field = record.getSchema().getField(segment);
      return field == null ? null : record.get(field.pos());
    }
    if (at instanceof Map<?, ?> map) {
      Object direct = map.get(segment);
      return direct != null ? direct : map.get(new Utf8(segment));
    }
    if (at instanceof List<?> list && segment.matches("\\d{1,9}")) {
      int index = Integer.parseInt(segment);
      return index < list.size() ? list.get(index) : null;
    }
    return null;
  }

  @Override
  public String toString() {
    return String.join(".", segments.stream().map(s -> s.replace(".", "\\.")).toList());
  }
}
