package io.otflow.codec.mapped;

import io.otflow.codec.Cells;
import io.otflow.codec.DecodeException;
import io.otflow.codec.EventTimes;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.InputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/**
 * Takes the mapped fields out of a record that was parsed. A feature is a number; true is 1 and
 * false is 0; a symbol of an Avro enum is its index in the schema that the job reads by; a text is
 * its index among the field's categories. Nothing is guessed: what is missing, null or of another
 * kind is refused.
 */
final class FieldReader {

  /** Most characters of a carried field: it comes back in each score. */
  private static final int MAX_CARRIED_LENGTH = 4096;

  private final FieldPath[] features;
  private final List<List<String>> categories;
  private final FieldPath id;
  private final FieldPath key;
  private final FieldPath time;
  private final TimeUnit timeUnit;
  private final List<FieldPath> carried;
  private final boolean textIsNumber;

  /**
   * For fields of a mapping.
   *
   * @param timeUnit what numbers count that are a time
   * @param textIsNumber whether a text may be a number, as every cell of CSV is a text
   */
  FieldReader(FieldMapping mapping, TimeUnit timeUnit, boolean textIsNumber) {
    this.textIsNumber = textIsNumber;
    features = mapping.features().stream().map(FieldPath::parse).toArray(FieldPath[]::new);
    categories = mapping.features().stream().map(f -> mapping.categories().get(f)).toList();
    id = path(mapping.id());
    key = path(mapping.key());
    time = path(mapping.time());
    carried = mapping.carried().stream().map(FieldPath::parse).toList();
    this.timeUnit = timeUnit;
  }

  private static FieldPath path(String text) {
    return text == null ? null : FieldPath.parse(text);
  }

  /** The feature vector of a record: an Avro record or a map. */
  FeatureValues read(Object record, RecordPlace place) throws DecodeException {
    double[] x = new double[features.length];
    for (int k = 0; k < x.length; k++) {
      x[k] = feature(features[k], categories.get(k), features[k].in(record));
    }
    return new FeatureValues(
        id == null ? place.id() : required(id, record),
        key == null ? text(place.key()) : optional(key, record),
        time == null ? place.timeMillis() : timeMillis(time, time.in(record)),
        x,
        carried(record));
  }

  private double feature(FieldPath path, List<String> categories, Object value)
      throws DecodeException {
    if (categories != null) {
      return category(path, categories, value);
    }
    if (value instanceof Number number) {
      double feature = number.doubleValue();
      if (!Double.isFinite(feature)) {
        throw wrong(path, value, "expected a finite number");
      }
      return feature;
    }
    if (textIsNumber && value instanceof String cell) {
      double number = Cells.number(cell);
      if (!Double.isNaN(number)) {
        return number;
      }
    }
    if (value instanceof Boolean bool) {
      return bool ? 1 : 0;
    }
    if (value instanceof GenericEnumSymbol<?> symbol) {
      return symbol.getSchema().getEnumOrdinal(symbol.toString());
    }
    throw wrong(
        path, value, value instanceof CharSequence ? hint(value.toString()) : "expected a number");
  }

  /** What helps where a text stands for a feature. */
  private static String hint(String text) {
    if (Cells.missing(text)) {
      return "expected a finite number";
    }
    return Double.isNaN(Cells.number(text))
        ? "expected a number; --categories gives texts their numbers"
        : "expected a number; --quoted-numbers takes those in quotes";
  }

  private static double category(FieldPath path, List<String> categories, Object value)
      throws DecodeException {
    int index = value == null ? -1 : categories.indexOf(value.toString());
    if (index < 0) {
      throw wrong(path, value, "expected one of " + String.join(", ", categories));
    }
    return index;
  }

  private long timeMillis(FieldPath path, Object value) throws DecodeException {
    if (value instanceof Long || value instanceof Integer) {
      return timeUnit.toMillis(((Number) value).longValue());
    }
    if (value instanceof Double || value instanceof Float) {
      return EventTimes.millis(((Number) value).doubleValue(), timeUnit)
          .orElseThrow(() -> wrong(path, value, "expected a time"));
    }
    if (value instanceof CharSequence text) {
      try {
        return EventTimes.parse(text.toString(), timeUnit, "field '" + path + "' is '" + text + "'")
            .toEpochMilli();
      } catch (InputException e) {
        throw new DecodeException(e.getMessage(), e);
      }
    }
    throw wrong(path, value, "expected a time: a number since 1970 (--time-unit), or ISO-8601");
  }

  private String required(FieldPath path, Object record) throws DecodeException {
    String text = optional(path, record);
    if (text == null) {
      throw wrong(path, null, "expected the event's name");
    }
    return text;
  }

  private static String optional(FieldPath path, Object record) throws DecodeException {
    Object value = path.in(record);
    if (value == null
        || value instanceof CharSequence
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof GenericEnumSymbol<?>) {
      return value == null ? null : value.toString();
    }
    throw wrong(path, value, "expected text or a number");
  }

  private Map<String, String> carried(Object record) throws DecodeException {
    if (carried.isEmpty()) {
      return Map.of();
    }
    Map<String, String> all = new LinkedHashMap<>();
    for (FieldPath path : carried) {
      Object value = path.in(record);
      String text = value == null ? null : Carried.text(value);
      if (text != null && text.length() > MAX_CARRIED_LENGTH) {
        throw new DecodeException(
            "field '%s' has %d characters, expected at most %d to be carried"
                .formatted(path, text.length(), MAX_CARRIED_LENGTH));
      }
      if (text != null) {
        all.put(path.toString(), text);
      }
    }
    return all;
  }

  /** A key of Kafka's, where it is text in UTF-8. */
  private static String text(byte[] key) {
    if (key == null) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static DecodeException wrong(FieldPath path, Object value, String expected) {
    String found;
    if (value == null) {
      found = "is missing or null";
    } else if (value instanceof CharSequence) {
      found = "is '" + value + "'";
    } else if (value instanceof List<?>) {
      found = "is a list";
    } else if (value instanceof Map<?, ?> || value instanceof IndexedRecord) {
      found = "is a record";
    } else if (value instanceof ByteBuffer || value instanceof GenericFixed) {
      found = "is bytes";
    } else {
      found = "is " + value;
    }
    return new DecodeException("field '" + path + "' " + found + ", " + expected);
  }
}
