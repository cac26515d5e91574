package io.otflow.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Apicurio's schema registry in a process of its own, on the loopback interface, with nothing
 * stored. It has Confluent's interface. The build unpacks it into target/registry.
 */
public final class RegistryProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path HOME = Path.of("target", "registry").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final Process process;

  /**
   * Starts it; it answers when this returns.
   *
   * @param log where it logs to
   */
  public RegistryProcess(Path log) throws IOException, InterruptedException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path jar;
    try (Stream<Path> files = Files.walk(HOME)) {
      jar = files.filter(p -> p.toString().endsWith("-runner.jar")).findFirst().orElseThrow();
    }
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-jar",
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()))
            .start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException("the registry did not come up:\n" + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(URI.create(url() + "/subjects")).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its address, for {@code --schema-registry}. */
  public String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /**
   * Registers a schema.
   *
   * @param subject the subject, such as {@code readings-value}
   * @param schema the schema as JSON
   * @return its id
   */
  public int register(String subject, String schema) throws IOException, InterruptedException {
    return register(subject, Map.of("schema", schema));
  }

  /**
   * Registers a schema that uses a type of another one.
   *
   * @param subject the subject
   * @param schema the schema as JSON
   * @param type full name of the type
   * @param typeSubject subject of the type's schema, whose first version is used
   * @return its id
   */
  public int register(String subject, String schema, String type, String typeSubject)
      throws IOException, InterruptedException {
    return register(
        subject,
        Map.of(
            "schema",
            schema,
            "references",
            List.of(Map.of("name", type, "subject", typeSubject, "version", 1))));
  }

  private int register(String subject, Map<String, Object> body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(url() + "/subjects/" + subject + "/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("the registry refuses a schema: " + response.body());
    }
    return JSON.readTree(response.body()).path("id").asInt();
  }

  /** Lets it hang, or go on: STOP and CONT. */
  public void signal(String name) throws IOException, InterruptedException {
    Command.signal(process, name);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
