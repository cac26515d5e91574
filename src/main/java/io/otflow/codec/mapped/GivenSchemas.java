package io.otflow.codec.mapped;

import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Schemas that were given to the job. A value with Avro's single-object header was written by the
 * one whose fingerprint it has, any other by the newest one.
 */
final class GivenSchemas implements WriterSchemas {

  private final Schema newest;
  private final Map<Long, Schema> byFingerprint;

  /** Schemas, the newest first. */
  GivenSchemas(List<Schema> schemas) {
    newest = schemas.get(0);
    byFingerprint =
        schemas.stream()
            .collect(
                Collectors.toMap(
                    SchemaNormalization::parsingFingerprint64, Function.identity(), (a, b) -> a));
  }

  @Override
  public Written of(byte[] value, RecordPlace place) throws DecodeException {
    if (!SingleObject.hasMarker(value)) {
      return new Written(newest, 0);
    }
    long fingerprint = SingleObject.fingerprint(value);
    Schema schema = byFingerprint.get(fingerprint);
    if (schema == null) {
      throw new DecodeException(
          "schema fingerprint %s is unknown, expected that of one of the %d given with --schema"
              .formatted(HexFormat.of().toHexDigits(fingerprint), byFingerprint.size()));
    }
    return new Written(schema, SingleObject.HEADER_LENGTH);
  }
}
