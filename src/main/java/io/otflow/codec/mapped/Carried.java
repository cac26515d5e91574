package io.otflow.codec.mapped;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.DecodeException;
import java.util.ArrayList;
import java.util.Map;

/** Fields that come out with the score, as text: what is no text itself, as JSON. */
final class Carried {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Carried() {}

  /** The text of a field that is there. Records of Avro write themselves as JSON. */
  static String text(Object value) throws DecodeException {
    boolean ofJson =
        value instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance);
    if (!ofJson && !(value instanceof ArrayList<?>)) {
      return value.toString();
    }
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new DecodeException("a field cannot be carried: " + e.getOriginalMessage(), e);
    }
  }
}
