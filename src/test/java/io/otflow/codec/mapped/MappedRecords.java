package io.otflow.codec.mapped;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the tests of this package share. */
final class MappedRecords {

  static final RecordPlace PLACE =
      new RecordPlace("readings", 1, 42, 1000, "pump-7".getBytes(UTF_8), null);

  private MappedRecords() {}

  static FieldMapping features(String... features) {
    return new FieldMapping(List.of(features), null, null, null, List.of(), Map.of());
  }

  static InputFormat json(FieldMapping mapping) {
    return new InputFormat(
        InputFormat.Kind.JSON, mapping, ValueSyntax.DEFAULT, List.of(), null, List.of(), ',');
  }

  static InputFormat csv(FieldMapping mapping, String... columns) {
    return new InputFormat(
        InputFormat.Kind.CSV, mapping, ValueSyntax.DEFAULT, List.of(), null, List.of(columns), ';');
  }

  static InputFormat avro(FieldMapping mapping, String... schemas) {
    return new InputFormat(
        InputFormat.Kind.AVRO,
        mapping,
        ValueSyntax.DEFAULT,
        List.of(schemas),
        null,
        List.of(),
        ',');
  }

  static FeatureValues decode(InputFormat format, String text) throws DecodeException, IOException {
    return format.decoder().decode(text.getBytes(UTF_8), PLACE);
  }
}
