package io.otflow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.RecordJson;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One JSON object on one line: the machine output of the commands. JSON knows no infinities and no
 * NaN: the former become strings such as {@code "-Infinity"}, the latter null.
 */
final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, Object> fields = new LinkedHashMap<>();

  Json put(String name, Object value) {
    fields.put(name, plain(value));
    return this;
  }

  /** The fields so far, as plain values. */
  Map<String, Object> fields() {
    return Collections.unmodifiableMap(fields);
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> optional) {
      return plain(optional.orElse(null));
    }
    if (value instanceof Json json) {
      return json.fields;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Json::plain).collect(Collectors.toList());
    }
    return RecordJson.number(value);
  }

  @Override
  public String toString() {
    try {
      return MAPPER.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of plain values is always JSON", e);
    }
  }
}
