package io.otflow.codec.mapped;

import static io.otflow.codec.mapped.MappedRecords.PLACE;
import static io.otflow.codec.mapped.MappedRecords.avro;
import static io.otflow.codec.mapped.MappedRecords.features;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

class AvroRecordsTest {

  private static final String ENGINE =
      """
      {"type": "record", "name": "Engine", "fields": [
        {"name": "temperature", "type": "double"},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OFF", "IDLE", "BUSY"]}}]}
      """;

  private static final String FIRST =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "pressure", "type": ["null", "float"]},
        {"name": "note", "type": "string"},
        {"name": "on", "type": "boolean"},
        {"name": "engine", "type": %s}]}
      """
          .formatted(ENGINE);

  /** Reordered, one field widened, one new with a default, one gone. */
  private static final String SECOND =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "flow", "type": "double", "default": 2.5},
        {"name": "engine", "type": %s},
        {"name": "on", "type": "boolean"},
        {"name": "pressure", "type": ["null", "double"]},
        {"name": "id", "type": "string"},
        {"name": "tags", "type": {"type": "map", "values": "string"}, "default": {}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}}]}
      """
          .formatted(ENGINE);

  private static final FieldMapping MAPPING =
      new FieldMapping(
          List.of("pressure", "engine.temperature", "engine.state", "on", "flow"),
          "id",
          null,
          "at",
          List.of("tags.site", "engine.state"),
          Map.of());

  private static GenericRecord reading(String text, float pressure) {
    Schema schema = new Schema.Parser().parse(text);
    Schema engine = schema.getField("engine").schema();
    GenericRecordBuilder builder =
        new GenericRecordBuilder(schema)
            .set("id", "r-1")
            .set("at", 1_700_000_000_123_456L)
            .set("on", true)
            .set(
                "engine",
                new GenericRecordBuilder(engine)
                    .set("temperature", 81.25)
                    .set(
                        "state",
                        new GenericData.EnumSymbol(engine.getField("state").schema(), "BUSY"))
                    .build());
    if (schema.getField("flow") == null) {
      return builder.set("pressure", pressure).set("note", "n").build();
    }
    return builder
        .set("pressure", (double) pressure)
        .set("flow", 7.0)
        .set("tags", Map.of("site", "north"))
        .build();
  }

  private static byte[] body(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] message(GenericRecord record) throws IOException {
    var encoded =
        new BinaryMessageEncoder<GenericRecord>(new GenericData(), record.getSchema())
            .encode(record);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  @Test
  void recordsOfBothVersionsAreReadByTheNewerOne() throws Exception {
    RecordDecoder decoder = avro(MAPPING, SECOND, FIRST).decoder();
    FeatureValues newer = decoder.decode(message(reading(SECOND, 3)), PLACE);
    assertThat(newer.features()).containsExactly(3, 81.25f, 2, 1, 7);
    assertThat(newer.id()).isEqualTo("r-1");
    assertThat(newer.key()).isEqualTo("pump-7");
    assertThat(newer.eventTimeMillis()).isEqualTo(1_700_000_000_123L);
    assertThat(newer.carried()).isEqualTo(Map.of("tags.site", "north", "engine.state", "BUSY"));
    FeatureValues older = decoder.decode(message(reading(FIRST, 4)), PLACE);
    assertThat(older.features()).containsExactly(4, 81.25f, 2, 1, 2.5f);
    assertThat(older.carried()).isEqualTo(Map.of("engine.state", "BUSY"));
    assertThat(decoder.decode(body(reading(SECOND, 5)), PLACE).features()[0]).isEqualTo(5);
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    RecordDecoder decoder = avro(MAPPING, SECOND).decoder();
    byte[] body = body(reading(SECOND, 5));
    assertThatThrownBy(() -> decoder.decode(message(reading(FIRST, 4)), PLACE))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("is unknown, expected that of one of the 1 given with --schema");
    assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(body, body.length - 1), PLACE))
        .hasMessageStartingWith("the bytes are no record of schema 'plant.Reading'");
    assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(body, body.length + 1), PLACE))
        .hasMessageContaining("but 1 more bytes follow");
    GenericRecord empty = reading(SECOND, 5);
    empty.put("pressure", null);
    assertThatThrownBy(() -> decoder.decode(body(empty), PLACE))
        .hasMessage("field 'pressure' is missing or null, expected a number");
    // Without a default the older version has not what the newer one asks for.
    RecordDecoder strict = avro(MAPPING, SECOND.replace(", \"default\": 2.5", ""), FIRST).decoder();
    assertThatThrownBy(() -> strict.decode(message(reading(FIRST, 4)), PLACE))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("flow");
  }

  @Test
  void aFieldThatIsNotInTheSchemaIsRefusedBeforeTheJobStarts() {
    assertThatThrownBy(() -> avro(features("pressur"), SECOND).decoder())
        .isInstanceOf(InputException.class)
        .hasMessage(
            "schema 'plant.Reading' has no field 'pressur' (of 'pressur'), only flow, engine, on,"
                + " pressure, id, tags, at");
    assertThatThrownBy(() -> avro(features("engine.speed"), SECOND).decoder())
        .hasMessageContaining("has no field 'speed' (of 'engine.speed'), only temperature, state");
    assertThatThrownBy(() -> avro(features("on.x"), SECOND).decoder())
        .hasMessageContaining("'on.x' leads into a field of type boolean");
    assertThatThrownBy(() -> avro(features("x"), "\"string\"").decoder())
        .hasMessageContaining("expected a record");
    assertThatThrownBy(() -> avro(features("x"), "{").decoder())
        .hasMessageStartingWith("no schema of Avro");
  }
}
