package io.otflow.codec.mapped;

import static io.otflow.codec.mapped.MappedRecords.PLACE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.testing.RegistryProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each decoder says of the same faults: the field, what it holds, and what would help. */
class RefusalsITCase {

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Reading", "fields": [
                {"name": "at", "type": ["null", "long", "string"]},
                {"name": "load", "type": ["null", "double", "string", "bytes",
                  {"type": "record", "name": "Inner", "fields": [{"name": "value", "type": "double"}]}]}]}
              """);

  private static final FieldMapping MAPPING =
      new FieldMapping(List.of("load"), null, null, "at", List.of(), Map.of());

  /** A way to write a record, and the decoder that reads it. */
  private interface Form {
    FeatureValues decode(Object at, Object load) throws DecodeException, IOException;
  }

  @TempDir private Path folder;

  private static GenericRecord record(Object at, Object load) {
    return new GenericRecordBuilder(SCHEMA).set("at", at).set("load", load).build();
  }

  private static byte[] body(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] message(GenericRecord record) throws IOException {
    ByteBuffer encoded =
        new BinaryMessageEncoder<GenericRecord>(new GenericData(), SCHEMA).encode(record);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private static byte[] named(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  private static String json(Object value) {
    if (value instanceof GenericRecord) {
      return "{\"value\": 1}";
    }
    return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
  }

  private static String cell(Object value) {
    return value == null ? "" : value instanceof GenericRecord ? "{value}" : value.toString();
  }

  private static RecordDecoder avro(RegistryAddress registry) {
    return new InputFormat(
            InputFormat.Kind.AVRO,
            MAPPING,
            ValueSyntax.DEFAULT,
            List.of(SCHEMA.toString()),
            registry,
            List.of(),
            ',')
        .decoder();
  }

  private static Map<String, Form> forms(RegistryAddress registry, int id) {
    RecordDecoder given = avro(null);
    RecordDecoder registered = avro(registry);
    RecordDecoder json = MappedRecords.json(MAPPING).decoder();
    RecordDecoder csv = MappedRecords.csv(MAPPING, "at", "load").decoder();
    RecordPlace behind =
        new RecordPlace(PLACE.topic(), 1, 42, 1000, PLACE.key(), named(id, new byte[0]));
    Map<String, Form> forms = new LinkedHashMap<>();
    forms.put("Avro by file", (at, load) -> given.decode(body(record(at, load)), PLACE));
    forms.put("single object", (at, load) -> given.decode(message(record(at, load)), PLACE));
    forms.put(
        "id in the body",
        (at, load) -> registered.decode(named(id, body(record(at, load))), PLACE));
    forms.put("id in a header", (at, load) -> registered.decode(body(record(at, load)), behind));
    forms.put(
        "JSON",
        (at, load) ->
            json.decode(
                "{\"at\": %s, \"load\": %s}".formatted(json(at), json(load)).getBytes(UTF_8),
                PLACE));
    forms.put(
        "CSV", (at, load) -> csv.decode((cell(at) + ";" + cell(load)).getBytes(UTF_8), PLACE));
    return forms;
  }

  private static String refusal(Form form, Object at, Object load) {
    DecodeException refused =
        catchThrowableOfType(DecodeException.class, () -> form.decode(at, load));
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage())
        .as("no class, no exception of a library")
        .doesNotContain("Exception", "org.apache", "com.fasterxml", "java.", "Feature.", "@");
    return refused.getMessage();
  }

  @Test
  void eachDecoderNamesTheFieldAndWhatItHolds() throws Exception {
    GenericRecord inner =
        new GenericRecordBuilder(SCHEMA.getField("load").schema().getTypes().get(4))
            .set("value", 1.0)
            .build();
    try (RegistryProcess registry = new RegistryProcess(folder.resolve("registry.log"))) {
      int id = registry.register("readings-value", SCHEMA.toString());
      for (Map.Entry<String, Form> one :
          forms(new RegistryAddress(registry.url(), null), id).entrySet()) {
        Form form = one.getValue();
        String name = one.getKey();
        boolean csv = name.equals("CSV");
        assertThat(form.decode(1_700_000_000_000L, 0.1).features()).containsExactly(0.1);
        if (csv) {
          // A cell has no quotes of its own.
          assertThat(form.decode(1L, "21.5").features()).containsExactly(21.5);
        } else {
          tell(name, "a quoted number", refusal(form, 1L, "21.5"))
              .isEqualTo(
                  "field 'load' is '21.5', expected a number; --quoted-numbers takes those in"
                      + " quotes");
        }
        tell(name, "a word", refusal(form, 1L, "high"))
            .isEqualTo(
                "field 'load' is 'high', expected a number; --categories gives texts their"
                    + " numbers");
        tell(name, "nothing", refusal(form, 1L, null))
            .isEqualTo("field 'load' is missing or null, expected a number");
        tell(name, "not a number", refusal(form, 1L, Double.NaN))
            .contains("field 'load' is ")
            .contains("NaN");
        tell(name, "an object", refusal(form, 1L, inner))
            .startsWith(csv ? "field 'load' is '{value}'" : "field 'load' is a record, expected");
        tell(name, "a time that is none", refusal(form, "soon", 1.0))
            .startsWith("field 'at' is 'soon', expected a time");
        // What it means is for the whole stream to say.
        assertThat(form.decode(1_700_000_000L, 1.0).eventTimeMillis()).isEqualTo(1_700_000_000L);
      }
    }
  }

  private static AbstractStringAssert<?> tell(String form, String fault, String said) {
    System.out.printf("refusals: %s, %s: %s%n", form, fault, said);
    return assertThat(said).as(form + ", " + fault);
  }
}
