package io.otflow.codec.mapped;

/**
 * Where a record was read, which stands in for what the record itself does not say.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 * @param timeMillis Kafka's time of it, milliseconds since 1970
 * @param key its key; may be null; not copied
 * @param schemaHeader value of its header {@value #SCHEMA_HEADER}; null where it has none; not
 *     copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record RecordPlace(
    String topic, int partition, long offset, long timeMillis, byte[] key, byte[] schemaHeader) {

  /** The header in which producers may put what a registry knows the value's schema by. */
  public static final String SCHEMA_HEADER = "__value_schema_id";

  /** A name that no other record has. */
  String id() {
    return topic + "-" + partition + "-" + offset;
  }
}
