package io.otflow.codec.mapped;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.DecodeException;
import io.otflow.codec.InputException;
import io.otflow.codec.WireForm;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Schemas of a registry with Confluent's interface. A value begins with 00 and the id of its
 * schema, 4 bytes, the highest first; or a header of the record has that, or 01 and the schema's
 * GUID, 16 bytes, and the value is the body alone. Each schema is asked for once. One that the
 * registry does not have makes the record bad; a registry that does not answer is asked again for a
 * while, and then ends the job, which goes on from its checkpoint: nothing is lost by it. Not
 * thread-safe.
 */
public final class SchemaRegistry implements WriterSchemas {

  private static final int HEADER_LENGTH = 5;
  private static final int GUID_LENGTH = 17;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final int MOST_UNKNOWN = 1024;
  private static final long FORGET_UNKNOWN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryAddress address;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Map<Integer, Schema> byId = new HashMap<>();
  private final Map<UUID, Schema> byGuid = new HashMap<>();

  /** Why there is no schema, and when that was found. */
  private record Missing(String reason, long sinceNanos) {}

  /** When it was found that there is no schema of a name, so that bad records cost little. */
  private final Map<String, Missing> unknown =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Missing> eldest) {
          return size() > MOST_UNKNOWN;
        }
      };

  /**
   * A registry; nothing is asked yet.
   *
   * @param address where it is
   */
  public SchemaRegistry(RegistryAddress address) {
    this.address = address;
  }

  /**
   * The newest schema of a topic's values.
   *
   * @param topic the topic; the subject is its name and {@code -value}
   * @return the schema
   * @throws InputException if there is none, or it is not of Avro
   * @throws IOException if the registry does not answer
   */
  public Schema newest(String topic) throws IOException {
    String subject = topic + "-value";
    try {
      return schema(
          "/subjects/" + encoded(subject) + "/versions/latest", "subject '" + subject + "'");
    } catch (DecodeException e) {
      throw new InputException(
          e.getMessage()
              + "; where records have another subject, --schema FILE names the schema to read by",
          e);
    }
  }

  @Override
  public Written of(byte[] value, RecordPlace place) throws DecodeException, IOException {
    if (place.schemaHeader() != null) {
      return new Written(named(place.schemaHeader()), 0);
    }
    if (value[0] != 0 || value.length < HEADER_LENGTH) {
      throw new DecodeException(
          "the value of %d bytes begins with %02x, expected 00 and the id of a schema"
                  .formatted(value.length, value[0])
              + WireForm.remark(value, WireForm.REGISTERED_AVRO));
    }
    return new Written(byId(ByteBuffer.wrap(value).getInt(1)), HEADER_LENGTH);
  }

  /** The schema that a record's header names. */
  private Schema named(byte[] header) throws DecodeException, IOException {
    ByteBuffer name = ByteBuffer.wrap(header);
    if (header.length == HEADER_LENGTH && header[0] == 0) {
      return byId(name.getInt(1));
    }
    if (header.length == GUID_LENGTH && header[0] == 1) {
      return byGuid(new UUID(name.getLong(1), name.getLong(9)));
    }
    throw new DecodeException(
        "the header %s of %d bytes is neither 00 and the id of a schema nor 01 and its GUID"
            .formatted(RecordPlace.SCHEMA_HEADER, header.length));
  }

  private Schema byId(int id) throws DecodeException, IOException {
    Schema schema = byId.get(id);
    if (schema == null) {
      schema = look("/schemas/ids/" + id, "schema id " + id);
      byId.put(id, schema);
    }
    return schema;
  }

  private Schema byGuid(UUID guid) throws DecodeException, IOException {
    Schema schema = byGuid.get(guid);
    if (schema == null) {
      schema = look("/schemas/guids/" + guid, "schema GUID " + guid);
      byGuid.put(guid, schema);
    }
    return schema;
  }

  private Schema look(String path, String what) throws DecodeException, IOException {
    Missing found = unknown.get(what);
    if (found != null && System.nanoTime() - found.sinceNanos() < FORGET_UNKNOWN_NANOS) {
      throw new DecodeException(found.reason());
    }
    try {
      return schema(path, what);
    } catch (DecodeException e) {
      unknown.put(what, new Missing(e.getMessage(), System.nanoTime()));
      throw e;
    }
  }

  private Schema schema(String path, String what) throws DecodeException, IOException {
    return schema(path, what, new Schema.Parser(), new HashSet<>());
  }

  /**
   * Asks for a schema, and before it for those that it refers to, whose names its parser then
   * knows.
   *
   * @param known subjects and versions that were parsed
   */
  private Schema schema(String path, String what, Schema.Parser parser, Set<String> known)
      throws DecodeException, IOException {
    String body = get(path, what);
    try {
      JsonNode answer = JSON.readTree(body);
      String type = answer.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        throw new DecodeException(what + " is a schema of " + type + ", expected one of Avro");
      }
      for (JsonNode reference : answer.path("references")) {
        String subject = reference.path("subject").asText();
        String version = reference.path("version").asText();
        String other = "version " + version + " of subject '" + subject + "'";
        if (known.add(other)) {
          var unused =
              schema(
                  "/subjects/" + encoded(subject) + "/versions/" + encoded(version),
                  other,
                  parser,
                  known);
        }
      }
      return parser.parse(answer.path("schema").asText());
    } catch (JsonProcessingException | SchemaParseException e) {
      throw new DecodeException(
          what + " of the registry at " + address.url() + " is no schema: " + e.getMessage(), e);
    }
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String get(String path, String what) throws DecodeException, IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address.url() + path))
            .timeout(TIMEOUT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (address.authorization() != null) {
      request.header("Authorization", address.authorization());
    }
    String failure = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        if (attempt > 0) {
          TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS << (attempt - 1));
        }
        HttpResponse<String> response =
            client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        int status = response.statusCode();
        if (status == 200) {
          return response.body();
        }
        if (status == 404) {
          throw new DecodeException(what + " is not in the registry at " + address.url());
        }
        failure = "it answers " + status;
        if (status == 401 || status == 403) {
          failure += ", --schema-registry-config has how to log in";
          break;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the registry was asked");
      } catch (IOException e) {
        failure = e.getMessage() == null ? e.toString() : e.getMessage();
      }
    }
    throw new IOException(
        "the schema registry at " + address.url() + " did not give " + what + ": " + failure);
  }
}
