package io.otflow.codec;

/**
 * What the bytes of a value look like, for messages about values that are not what was expected.
 */
public enum WireForm {
  /** An object or a list of JSON. */
  JSON("begins with a brace, as JSON does", "--input-format json"),

  /** Avro behind the id of a registry's schema. */
  REGISTERED_AVRO(
      "begins with 00 and a number, as Avro does whose schema is in a registry",
      "--input-format avro with --schema-registry"),

  /** JSON behind the id of a registry's schema. */
  REGISTERED_JSON(
      "begins with 00 and a number and goes on as JSON, as JSON does whose schema is in a registry",
      "--input-format json"),

  /** Avro in its single-object encoding. */
  SINGLE_OBJECT_AVRO(
      "begins with c3 01, as Avro's single-object encoding does",
      "--input-format avro with --schema"),

  /** A row of CSV. */
  CSV("is text with separators, as a row of CSV is", "--input-format csv"),

  /** Nothing that is known by its start. */
  OTHER("", "");

  /** What a registry's serializer puts before a value: 00, and a schema's id of 4 bytes. */
  public static final int REGISTRY_BYTES = 5;

  private final String look;
  private final String option;

  WireForm(String look, String option) {
    this.look = look;
    this.option = option;
  }

  /**
   * What a value looks like.
   *
   * @param value its bytes; may be null
   * @return the form that its first bytes tell of
   */
  public static WireForm of(byte[] value) {
    if (value == null || value.length == 0) {
      return OTHER;
    }
    if (SingleObject.hasMarker(value)) {
      return SINGLE_OBJECT_AVRO;
    }
    if (value[0] == 0 && value.length > REGISTRY_BYTES) {
      return json(value, REGISTRY_BYTES) ? REGISTERED_JSON : REGISTERED_AVRO;
    }
    if (json(value, 0)) {
      return JSON;
    }
    return row(value) ? CSV : OTHER;
  }

  private static boolean json(byte[] value, int from) {
    int i = from;
    while (i < value.length && Character.isWhitespace(value[i])) {
      i++;
    }
    return i < value.length && (value[i] == '{' || value[i] == '[');
  }

  private static boolean row(byte[] value) {
    int separators = 0;
    for (byte b : value) {
      if (b < ' ' && b != '\t' && b != '\r' && b != '\n' && b >= 0) {
        return false;
      }
      separators += b == ',' || b == ';' || b == '\t' ? 1 : 0;
    }
    return separators > 0;
  }

  /**
   * A remark on a value that was expected to be of another form.
   *
   * @param value its bytes
   * @param expected what it was expected to be
   * @return what stands behind a message, with the option that helps; empty where there is none
   */
  public static String remark(byte[] value, WireForm expected) {
    WireForm form = of(value);
    return form == OTHER || form == expected ? "" : "; the value " + form.look + ": " + form.option;
  }
}
