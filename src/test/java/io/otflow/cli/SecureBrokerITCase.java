package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.ModelFiles;
import io.otflow.kafka.Topics;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Command;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.RandomModels;
import io.otflow.testing.SecureBroker;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * produce, job and consume against a broker that takes TLS with SASL/SCRAM-SHA-512 only. The job
 * runs on a real cluster; after each test no log and no web page of it has a secret.
 */
class SecureBrokerITCase {

  private static final int ROWS = 500;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String WRONG_PASSWORD = "wrong-Xk2pN8fQ";

  @TempDir private static Path folder;

  private static SecureBroker broker;
  private static FlinkProcesses cluster;
  private static Path rows;
  private static Path model;

  @BeforeAll
  static void start() throws Exception {
    broker = new SecureBroker(Files.createDirectories(folder.resolve("keys")));
    cluster =
        new FlinkProcesses(
            Files.createDirectories(folder.resolve("flink")),
            Map.of("restart-strategy.type", "disable"),
            List.of(),
            Map.of());
    ModelSnapshot snapshot =
        RandomModels.snapshot(
            RandomModels.parameters(Architecture.of(2, 8, 2), 3), FeatureScaling.identity(2), 4);
    model = folder.resolve("model.avro");
    ModelFiles.write(snapshot, model);
    StringBuilder text = new StringBuilder(String.join(",", snapshot.featureNames()));
    double[] x = RandomModels.rows(ROWS, 2, 4);
    for (int i = 0; i < ROWS; i++) {
      text.append('\n').append(x[2 * i]).append(',').append(x[2 * i + 1]);
    }
    rows = Files.writeString(folder.resolve("rows.csv"), text.append('\n'));
    CliRun produced = run("produce", broker.client());
    assertThat(produced.code()).as(produced.err()).isZero();
    assertThat(produced.err()).isEmpty();
    assertThat(Topics.ensure(properties(), "models", 1, Map.of("cleanup.policy", "compact")))
        .isEqualTo(1);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void theRightLoginReadsAndWritesExactlyOnce() throws Exception {
    Path config = file(broker.client(), "kafka.");
    Command job = cluster.runJob(jobArguments("right", "--config", config.toString()));
    assertThat(job.code()).as(job.text() + cluster.log("taskmanager1")).isZero();
    assertHasNoSecret("the client's output", job.text());

    Set<String> ids = new HashSet<>();
    for (String line : consumed("scores-right")) {
      JsonNode score = new ObjectMapper().readTree(line);
      assertThat(score.get("status").asText()).isEqualTo("SCORED");
      assertThat(ids.add(score.get("id").asText())).as(line).isTrue();
    }
    assertThat(ids).hasSize(ROWS);
    assertThat(transactionalIds()).anyMatch(id -> id.startsWith("right-scores-right"));
    // What is searched for secrets is where Kafka's clients tell what they were given.
    assertThat(cluster.log("taskmanager1"))
        .contains("security.protocol = SASL_SSL", "sasl.jaas.config = [hidden]");
  }

  /** The task managers' producers are refused, not the submitting client. */
  @Test
  void aJobThatFailsSaysWhyWithoutTheSecrets() throws Exception {
    List<String> options = new ArrayList<>(List.of("--kafka.transaction.timeout.ms=99000000"));
    broker.client().forEach((key, value) -> options.add("--kafka." + key + "=" + value));
    Command job = cluster.runJob(jobArguments("failing", options.toArray(String[]::new)));
    assertThat(job.code()).as(job.text()).isEqualTo(1);
    assertThat(errors(job.text()))
        .singleElement()
        .asString()
        .contains("the job failed: ", "transaction timeout");
    assertHasNoSecret("the client's output", job.text());
    assertThat(cluster.rest("/jobs/" + jobs().get(0) + "/exceptions")).contains("transaction");
    assertThat(consumed("scores-failing")).isEmpty();
  }

  @Test
  void theClusterIsNotAskedWhenTheBrokerRefuses() throws Exception {
    List<String> before = jobs();
    Path file = file(with("sasl.jaas.config", login(WRONG_PASSWORD)), "");
    Command job = cluster.runJob(jobArguments("refused", "--kafka-config", file.toString()));
    assertThat(job.code()).as(job.text()).isEqualTo(1);
    assertThat(errors(job.text()))
        .singleElement()
        .asString()
        .contains("authentication failed for user '" + SecureBroker.USER + "'");
    assertThat(job.text()).doesNotContain("at io.otflow.");
    assertHasNoSecret("the client's output", job.text());
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void aWrongPasswordIsNamed() throws Exception {
    assertRefused(
        with("sasl.jaas.config", login(WRONG_PASSWORD)),
        "authentication failed for user '" + SecureBroker.USER + "'");
  }

  @Test
  void anUnknownUserIsNamed() throws Exception {
    assertRefused(
        with("sasl.jaas.config", SecureBroker.jaas("nobody", SecureBroker.USER_PASSWORD)),
        "authentication failed for user 'nobody'");
  }

  @Test
  void aBrokerThatIsNotTrustedIsNamed() throws Exception {
    Map<String, String> client = broker.client();
    client.keySet().removeIf(key -> key.startsWith("ssl.truststore."));
    assertRefused(
        client, "the TLS handshake failed: the broker's certificate is not among those that");
  }

  @Test
  void aMissingCertificateOfTheClientIsNamed() throws Exception {
    Map<String, String> client = broker.client();
    client.keySet().removeIf(key -> key.startsWith("ssl.key"));
    assertRefused(client, "the TLS handshake failed: ");
  }

  @Test
  void aBrokerOfAnotherNameIsNotTrusted() throws Exception {
    Map<String, String> client = broker.client();
    client.put("bootstrap.servers", broker.bootstrapServers().replace("127.0.0.1", "localhost"));
    assertRefused(client, "the TLS handshake failed: No name matching localhost found");
  }

  @Test
  void aClientWithoutTlsIsAskedWhetherTheBrokerExpectsIt() throws Exception {
    // The broker only ever closes the connection, so the client must give up by itself.
    assertRefused(
        Map.of("default.api.timeout.ms", "1500", "request.timeout.ms", "1000"),
        "no answer; ",
        "does it expect security.protocol=PLAINTEXT (no TLS, no SASL)?");
  }

  /** To such a client the first bytes of TLS are the length of an answer: 336 MB. */
  @Test
  void aClientWithoutTlsAndWithASmallHeapSaysNoMoreThanThat() throws Exception {
    Map<String, String> client = with("security.protocol", "SASL_PLAINTEXT");
    Command consume =
        Command.run(
            Command.java(
                List.of(
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dlog4j2.configurationFile=" + Path.of("bin", "log4j2-cli.properties")),
                System.getProperty("java.class.path"),
                Main.class.getName(),
                List.of(
                    "consume",
                    "--topic",
                    "features",
                    "--bootstrap-servers",
                    broker.bootstrapServers(),
                    "--kafka-config",
                    file(client, "").toString())));
    assertThat(consume.code()).isEqualTo(1);
    assertThat(consume.text().lines())
        .singleElement()
        .asString()
        .startsWith("otflow: Kafka at ")
        .endsWith("does it expect security.protocol=SASL_PLAINTEXT (SASL, no TLS)?");
  }

  @Test
  void filesOfKeysThatCannotBeReadAreNamed() throws Exception {
    Map<String, String> missing = with("ssl.truststore.location", folder + "/none.p12");
    assertRefused(missing, folder + "/none.p12", "there is no such file");
    assertRefused(with("ssl.truststore.password", "wrong"), "trust.p12", "its password is wrong");
    assertRefused(with("ssl.keystore.password", "wrong"), "client.p12", "its password is wrong");
    assertRefused(with("ssl.key.password", "wrong"), "ssl.key.password is wrong");
  }

  /** Each command ends soon, with one line that says why and has no secret. */
  private static void assertRefused(Map<String, String> client, String... parts)
      throws IOException {
    for (String command : List.of("produce", "consume", "job")) {
      long started = System.nanoTime();
      CliRun refused = run(command, client);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(SOON);
      assertThat(refused.code()).as(refused.err()).isEqualTo(1);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err().lines()).hasSize(1);
      assertThat(refused.err()).startsWith("otflow: Kafka at ").contains(parts);
      assertHasNoSecret(command, refused.err());
    }
  }

  @AfterEach
  void noLogAndNoPageHasASecret() throws Exception {
    for (String process : List.of("jobmanager", "taskmanager1")) {
      assertHasNoSecret("the log of the " + process, cluster.log(process));
    }
    for (String page : pages()) {
      assertHasNoSecret(page, cluster.rest(page));
    }
  }

  private static void assertHasNoSecret(String where, String text) {
    assertThat(
            Stream.of(
                    SecureBroker.USER_PASSWORD,
                    SecureBroker.KEY_STORE_PASSWORD,
                    SecureBroker.TRUST_STORE_PASSWORD,
                    WRONG_PASSWORD,
                    "ScramLoginModule required")
                .filter(text::contains))
        .as(where)
        .isEmpty();
  }

  private static List<String> pages() throws Exception {
    List<String> pages =
        new ArrayList<>(
            List.of(
                "/config",
                "/overview",
                "/jobmanager/config",
                "/jobmanager/environment",
                "/jobmanager/log",
                "/jobmanager/stdout",
                "/jobmanager/thread-dump",
                "/jobs/overview",
                "/jars",
                "/taskmanagers"));
    for (JsonNode manager : json("/taskmanagers").get("taskmanagers")) {
      String page = "/taskmanagers/" + manager.get("id").asText();
      pages.addAll(List.of(page, page + "/log", page + "/stdout", page + "/thread-dump"));
    }
    for (String id : jobs()) {
      String page = "/jobs/" + id;
      pages.add(page);
      for (String part :
          List.of(
              "config",
              "plan",
              "exceptions",
              "checkpoints",
              "checkpoints/config",
              "accumulators",
              "jobmanager/config",
              "jobmanager/environment")) {
        pages.add(page + "/" + part);
      }
      for (JsonNode vertex : json(page).get("vertices")) {
        pages.add(page + "/vertices/" + vertex.get("id").asText());
      }
    }
    return pages;
  }

  /** The newest first. */
  private static List<String> jobs() throws Exception {
    List<JsonNode> jobs = new ArrayList<>();
    json("/jobs/overview").get("jobs").forEach(jobs::add);
    jobs.sort((a, b) -> Long.compare(b.get("start-time").asLong(), a.get("start-time").asLong()));
    return jobs.stream().map(job -> job.get("jid").asText()).toList();
  }

  private static JsonNode json(String page) throws Exception {
    return new ObjectMapper().readTree(cluster.rest(page));
  }

  private static List<String> errors(String output) {
    return output.lines().filter(line -> line.startsWith("otflow: ")).toList();
  }

  private static List<String> consumed(String topic) throws IOException {
    CliRun consumed =
        CliRun.of(
            "consume",
            "--topic",
            topic,
            "--timeout",
            "1",
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--kafka-config",
            file(broker.client(), "").toString());
    assertThat(consumed.code()).as(consumed.err()).isZero();
    assertThat(consumed.err()).isEmpty();
    return consumed.lines();
  }

  private static Set<String> transactionalIds() throws Exception {
    Set<String> ids = new HashSet<>();
    try (Admin admin = Admin.create(properties())) {
      for (TransactionListing listing : admin.listTransactions().all().get(20, TimeUnit.SECONDS)) {
        ids.add(listing.transactionalId());
      }
    }
    return ids;
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.putAll(broker.client());
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return properties;
  }

  /** A command in this process, its client's properties in a file. */
  private static CliRun run(String command, Map<String, String> client) throws IOException {
    List<String> args = new ArrayList<>(List.of(command));
    Map<String, String> properties = new HashMap<>(client);
    String servers = properties.remove("bootstrap.servers");
    switch (command) {
      case "produce" -> args.addAll(List.of("--topic", "features", "--data", rows.toString()));
      case "consume" -> args.addAll(List.of("--topic", "features", "--timeout", "1"));
      default -> args.add("--bounded");
    }
    if (command.equals("job")) {
      args.addAll(List.of("--config", file(properties, "kafka.").toString()));
    } else {
      args.addAll(List.of("--kafka-config", file(properties, "").toString()));
    }
    args.add("--bootstrap-servers");
    args.add(servers == null ? broker.bootstrapServers() : servers);
    return CliRun.of(args.toArray(String[]::new));
  }

  private static String[] jobArguments(String name, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--bounded",
                "--mode",
                "score",
                "--model",
                model.toString(),
                "--group-id",
                name,
                "--scores-topic",
                "scores-" + name,
                "--bootstrap-servers",
                broker.bootstrapServers()));
    args.addAll(List.of(options));
    return args.toArray(String[]::new);
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> client = broker.client();
    client.put(key, value);
    return client;
  }

  private static String login(String password) {
    return SecureBroker.jaas(SecureBroker.USER, password);
  }

  /** A file that only its owner reads. */
  private static Path file(Map<String, String> client, String prefix) throws IOException {
    Properties properties = new Properties();
    client.forEach((key, value) -> properties.put(prefix + key, value));
    StringWriter text = new StringWriter();
    properties.store(text, null);
    Path file =
        Files.createTempFile(
            folder,
            "client",
            ".properties",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text.toString());
  }
}
