package io.otflow.codec.mapped;

import static io.otflow.codec.mapped.MappedRecords.PLACE;
import static io.otflow.codec.mapped.MappedRecords.features;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.otflow.codec.DecodeException;
import io.otflow.codec.InputException;
import io.otflow.testing.RegistryProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records whose schema is named in their body or in a header, and schemas that use others. */
class SchemaRegistryITCase {

  private static final String ENGINE =
      """
      {"type": "record", "name": "Engine", "namespace": "plant", "fields": [
        {"name": "temperature", "type": "double"}]}
      """;

  private static final String READING =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "engine", "type": "plant.Engine"}, {"name": "load", "type": "double"}]}
      """;

  private static final FieldMapping MAPPING = features("engine.temperature", "load");

  @TempDir private Path folder;

  private static byte[] body() throws IOException {
    Schema.Parser parser = new Schema.Parser();
    Schema engine = parser.parse(ENGINE);
    GenericRecord reading =
        new GenericRecordBuilder(parser.parse(READING))
            .set("engine", new GenericRecordBuilder(engine).set("temperature", 81.25).build())
            .set("load", 0.1)
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(reading.getSchema()).write(reading, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] named(int id) {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
  }

  private static RecordPlace behind(byte[] header) {
    return new RecordPlace(PLACE.topic(), 1, 42, 1000, PLACE.key(), header);
  }

  private static RecordDecoder decoder(RegistryAddress address, String schema) {
    return new InputFormat(
            InputFormat.Kind.AVRO,
            MAPPING,
            ValueSyntax.DEFAULT,
            List.of(schema),
            address,
            List.of(),
            ',')
        .decoder();
  }

  @Test
  void aSchemaIsNamedInTheBodyOrInAHeaderAndMayUseOthers() throws Exception {
    byte[] body = body();
    try (RegistryProcess registry = new RegistryProcess(folder.resolve("registry.log"))) {
      registry.register("engine", ENGINE);
      int id = registry.register("readings-value", READING, "plant.Engine", "engine");
      RegistryAddress address = new RegistryAddress(registry.url(), null);
      Schema newest = new SchemaRegistry(address).newest("readings");
      assertThat(newest.getFullName()).isEqualTo("plant.Reading");
      RecordDecoder decoder = decoder(address, newest.toString());
      byte[] framed = ByteBuffer.allocate(5 + body.length).put(named(id)).put(body).array();
      assertThat(decoder.decode(framed, behind(null)).features()).containsExactly(81.25, 0.1);
      assertThat(decoder.decode(body, behind(named(id))).features()).containsExactly(81.25, 0.1);
      assertThatThrownBy(() -> decoder.decode(body, behind(named(id + 77))))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("schema id " + (id + 77) + " is not in the registry");
      assertThatThrownBy(() -> decoder.decode(body, behind(new byte[] {7, 1})))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("the header __value_schema_id of 2 bytes is neither");
      assertThatThrownBy(
              () -> decoder.decode("{\"load\": 1}".getBytes(StandardCharsets.UTF_8), PLACE))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("begins with a brace, as JSON does: --input-format json");
      assertThatThrownBy(() -> new SchemaRegistry(address).newest("elsewhere"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("subject 'elsewhere-value' is not in the registry")
          .hasMessageContaining("--schema FILE names the schema to read by");
    }
  }

  /** Apicurio has no GUIDs; the answer is that of the reference of Confluent's registry. */
  @Test
  void aSchemaIsNamedByItsGuid() throws Exception {
    UUID guid = UUID.fromString("00000000-0000-0001-0000-0000000000ff");
    String schema = READING.replace("\"plant.Engine\"", ENGINE);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/schemas/guids/" + guid,
        exchange -> {
          byte[] answer = new ObjectMapper().writeValueAsBytes(Map.of("schema", schema));
          exchange.sendResponseHeaders(200, answer.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer);
          }
        });
    server.start();
    try {
      RegistryAddress address =
          new RegistryAddress("http://127.0.0.1:" + server.getAddress().getPort(), null);
      byte[] header =
          ByteBuffer.allocate(17)
              .put((byte) 1)
              .putLong(guid.getMostSignificantBits())
              .putLong(guid.getLeastSignificantBits())
              .array();
      RecordDecoder decoder = decoder(address, schema);
      assertThat(decoder.decode(body(), behind(header)).features()).containsExactly(81.25, 0.1);
      header[16]++;
      assertThatThrownBy(() -> decoder.decode(body(), behind(header)))
          .hasMessageContaining("schema GUID")
          .hasMessageContaining("is not in the registry");
    } finally {
      server.stop(0);
    }
  }
}
