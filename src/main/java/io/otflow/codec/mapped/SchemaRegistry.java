package io.otflow.codec.mapped;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.DecodeException;
import io.otflow.codec.InputException;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Schemas of a registry with Confluent's interface. A value begins with 00 and the id of its
 * schema, 4 bytes, the highest first. Each schema is asked for once. One that the registry does not
 * have makes the record bad; a registry that does not answer is asked again for a while, and then
 * ends the job, which goes on from its checkpoint: nothing is lost by it. Not thread-safe.
 */
public final class SchemaRegistry implements WriterSchemas {

  private static final int HEADER_LENGTH = 5;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final int MOST_UNKNOWN = 1024;
  private static final long FORGET_UNKNOWN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryAddress address;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Map<Integer, Schema> byId = new HashMap<>();

  /** When it was found that there is no schema of an id, so that bad records cost little. */
  private final Map<Integer, Long> unknown =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
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
          "/subjects/"
              + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20")
              + "/versions/latest",
          "subject '" + subject + "'");
    } catch (DecodeException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  @Override
  public Written of(byte[] value) throws DecodeException, IOException {
    if (value[0] != 0 || value.length < HEADER_LENGTH) {
      throw new DecodeException(
          "the value of %d bytes begins with %02x, expected 00 and the id of a schema"
              .formatted(value.length, value[0]));
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    Schema schema = byId.get(id);
    if (schema == null) {
      schema = look(id);
      byId.put(id, schema);
    }
    return new Written(schema, HEADER_LENGTH);
  }

  private Schema look(int id) throws DecodeException, IOException {
    Long found = unknown.get(id);
    if (found != null && System.nanoTime() - found < FORGET_UNKNOWN_NANOS) {
      throw new DecodeException("schema id " + id + " is not in the registry at " + address.url());
    }
    try {
      return schema("/schemas/ids/" + id, "schema id " + id);
    } catch (DecodeException e) {
      unknown.put(id, System.nanoTime());
      throw e;
    }
  }

  private Schema schema(String path, String what) throws DecodeException, IOException {
    String body = get(path, what);
    try {
      JsonNode answer = JSON.readTree(body);
      String type = answer.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        throw new DecodeException(what + " is a schema of " + type + ", expected one of Avro");
      }
      if (!answer.path("references").isEmpty()) {
        throw new DecodeException(what + " refers to other subjects, which is not supported");
      }
      return new Schema.Parser().parse(answer.path("schema").asText());
    } catch (JsonProcessingException | SchemaParseException e) {
      throw new DecodeException(
          what + " of the registry at " + address.url() + " is no schema: " + e.getMessage(), e);
    }
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
