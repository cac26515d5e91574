package io.otflow.codec.mapped;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a value is no JSON object, in words of its writer and not of the parser. */
final class JsonTrouble {

  /** The name of the field whose value would follow. */
  private static final Pattern FIELD = Pattern.compile("\"([^\"\\\\]{1,200})\"\\s*:\\s*$");

  private static final Pattern DUPLICATE =
      Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("^[^,}\\]\\s]{1,40}");

  private JsonTrouble() {}

  /** The trouble that a parser met. */
  static String of(byte[] value, JsonProcessingException met) {
    String message = String.valueOf(met.getOriginalMessage());
    Matcher duplicate = DUPLICATE.matcher(message);
    if (duplicate.find()) {
      return "field '" + duplicate.group(1) + "' stands twice";
    }
    if (text(value, 0, value.length).stripLeading().startsWith("[")) {
      return "it is a list, expected an object";
    }
    if (met instanceof JsonEOFException) {
      return "it ends within the object";
    }
    int at = offset(value, met.getLocation());
    String field = field(value, at);
    if (field == null && at > 0 && message.startsWith("Unrecognized token")) {
      // It has read to the end of the token.
      field = field(value, start(value, at - 1));
    }
    if (field != null) {
      return field;
    }
    String before = text(value, 0, at);
    String after = text(value, at, value.length);
    String found = word(after);
    if (message.startsWith("Trailing token")) {
      return found + " stands behind the object";
    }
    return before.isBlank() && !after.isBlank() && !after.startsWith("{")
        ? "it begins with " + found + ", expected {"
        : "at byte " + at + " stands " + found;
  }

  private static String word(String text) {
    Matcher word = WORD.matcher(text);
    return word.find() ? "'" + word.group() + "'" : "nothing";
  }

  /** What is wrong with the field whose value begins at a place; null where none does. */
  private static String field(byte[] value, int at) {
    Matcher field = FIELD.matcher(text(value, 0, at));
    return field.find()
        ? "field '"
            + field.group(1)
            + "' is "
            + word(text(value, at, value.length))
            + ", expected a value of JSON"
        : null;
  }

  /** Where the value of a field begins that cannot be read; the parser is a few bytes further. */
  private static int offset(byte[] value, JsonLocation location) {
    long bytes = location == null ? 0 : location.getByteOffset();
    int at = (int) Math.max(0, Math.min(bytes < 0 ? 0 : bytes, value.length));
    return start(value, at);
  }

  /** Where what stands at a place begins. */
  private static int start(byte[] value, int place) {
    int at = place;
    while (at > 0 && !separates(value[at - 1])) {
      at--;
    }
    return at;
  }

  private static boolean separates(byte b) {
    return b == ':' || b == ',' || b == '{' || b == '[' || b == '}' || b == ' ' || b == '\n';
  }

  private static String text(byte[] value, int from, int to) {
    return new String(value, from, to - from, StandardCharsets.UTF_8);
  }
}
