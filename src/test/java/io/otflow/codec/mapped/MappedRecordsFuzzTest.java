package io.otflow.codec.mapped;

import static io.otflow.codec.mapped.MappedRecords.PLACE;
import static io.otflow.codec.mapped.MappedRecords.avro;
import static io.otflow.codec.mapped.MappedRecords.csv;
import static io.otflow.codec.mapped.MappedRecords.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.testing.Fuzz;
import io.otflow.testing.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MappedRecordsFuzzTest {

  /**
   * A parser's buffers, and stack traces, whose messages print a schema; a byte may be an entry of
   * a map, or a string.
   */
  private static final int ALLOWED = 1 << 20;

  private static final int ALLOWED_PER_BYTE = 256;

  private static final Fuzz JSON =
      new Fuzz("JsonRecords", DecodeException.class, ALLOWED, ALLOWED_PER_BYTE);
  private static final Fuzz CSV =
      new Fuzz("CsvRecords", DecodeException.class, ALLOWED, ALLOWED_PER_BYTE);
  private static final Fuzz AVRO =
      new Fuzz("AvroRecords", DecodeException.class, ALLOWED, ALLOWED_PER_BYTE);

  private static final FieldMapping MAPPING =
      new FieldMapping(
          List.of("a", "b.c", "list.1", "state"),
          "id",
          "key",
          "at",
          List.of("site"),
          Map.of("state", List.of("off", "on")));

  private static void complete(FeatureValues values) {
    assertThat(values.id()).isNotNull();
    assertThat(values.features().length).isPositive();
    assertThat(values.carried()).doesNotContainValue(null);
  }

  @Test
  void objectsOfJsonDecodeOrAreRefused() {
    RecordDecoder decoder = json(MAPPING).decoder();
    byte[] valid =
        """
        {"id": "é€", "key": 7, "at": 1700000000000, "site": "n", "a": -1.5e3, "b": {"c": true},
         "list": [1, 2, {"x": null}], "state": "on"}
        """
            .getBytes(UTF_8);
    JSON.run(
        1,
        20261125,
        new Mutations(
            List.of(valid, "{\"a\":1}".getBytes(UTF_8)), "{", "}", "[", "\"", "1e999", "\\u", ":"),
        value -> decoder.decode(value, PLACE),
        MappedRecordsFuzzTest::complete);
    byte[] deep = "[".repeat(200_000).getBytes(UTF_8);
    JSON.run("deep", deep, value -> decoder.decode(value, PLACE), v -> {});
  }

  @Test
  void rowsOfCsvDecodeOrAreRefused() {
    FieldMapping mapping =
        new FieldMapping(List.of("a", "b"), "id", null, "at", List.of("site"), Map.of());
    RecordDecoder decoder = csv(mapping, "id", "at", "a", "b", "site").decoder();
    CSV.run(
        1,
        20261126,
        new Mutations(
            List.of(
                "e;2026-01-31 12:00:00;1.5;-2;\"no;rth\"\n".getBytes(UTF_8),
                "e;5;1;2;".getBytes(UTF_8)),
            ";",
            "\"",
            "\n",
            "\r",
            "NaN",
            "1e999"),
        value -> decoder.decode(value, PLACE),
        MappedRecordsFuzzTest::complete);
  }

  @Test
  void recordsOfAvroDecodeOrAreRefused() throws IOException {
    String text =
        """
        {"type": "record", "name": "R", "fields": [
          {"name": "id", "type": "string"},
          {"name": "a", "type": ["null", "double", "boolean"]},
          {"name": "b", "type": {"type": "map", "values": "float"}},
          {"name": "list", "type": {"type": "array", "items": "long"}},
          {"name": "site", "type": ["null", "string"]}]}
        """;
    Schema schema = new Schema.Parser().parse(text);
    GenericRecord record =
        new GenericRecordBuilder(schema)
            .set("id", "r-é")
            .set("a", 2.5)
            .set("b", Map.of("c", 1f, "d", 2f))
            .set("list", List.of(1L, 2L, 3L))
            .set("site", "north")
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    FieldMapping mapping =
        new FieldMapping(
            List.of("a", "b.c", "list.1"), "id", null, null, List.of("site"), Map.of());
    RecordDecoder decoder = avro(mapping, text).decoder();
    AVRO.run(
        1,
        20261127,
        new Mutations(List.of(out.toByteArray())),
        value -> decoder.decode(value, PLACE),
        MappedRecordsFuzzTest::complete);
  }

  @AfterAll
  static void report() {
    JSON.report();
    CSV.report();
    AVRO.report();
  }
}
