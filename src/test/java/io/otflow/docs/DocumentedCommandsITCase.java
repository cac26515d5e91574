package io.otflow.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.cli.CliRun;
import io.otflow.testing.Await;
import io.otflow.testing.Command;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import io.otflow.testing.KeyFiles;
import io.otflow.testing.RegistryProcess;
import io.otflow.testing.SecureBroker;
import io.otflow.testing.Terminal;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the commands of the documentation as they stand there, page by page, in a shell, against
 * brokers and a cluster in processes of their own. Addresses and {@code /data/otflow} are those of
 * the test, nothing else is changed.
 *
 * <p>{@code -Dotflow.docs.long=true} also runs those that take minutes, in a copy of the project
 * that has not been built. {@code -Dotflow.docs.page=README.md} runs one page only.
 */
@Tag("cluster")
class DocumentedCommandsITCase {

  private static final boolean LONG = Boolean.getBoolean("otflow.docs.long");
  private static final Pattern JOB = Pattern.compile("JobID ([0-9a-f]{32})");
  private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");
  private static final Pattern PAGE = Pattern.compile("the page is at (\\S+)");
  private static final Pattern SCORES_TOPIC = Pattern.compile("--scores-topic (\\S+)");
  private static final Pattern STATE = Pattern.compile("\"state\":\"([A-Z]+)\"");
  private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED", "SUSPENDED");

  /** As many as the page's command takes. */
  private static final int SECURE_SCORES = 5;

  /** A small model, soon. */
  private static final String JOB_PROPERTIES =
      """
      bootstrap-servers=broker:9092
      train-every=400
      width=16
      iterations=60
      snapshot-dir=/data/otflow/models
      """;

  /** The job that the page on operating it tells of. */
  private static final String OPERATED =
      "flink run -d target/flink-otflow.jar --config job.properties";

  /**
   * What commands need of the project, and nothing else: through a link they would write into it.
   */
  private static final List<String> LINKED =
      List.of("bin", "target", "src", "schemas", "deploy", "docs", "flink-conf", "pom.xml");

  @TempDir private static Path temp;

  private static Path checkout;
  private static FlinkProcesses flink;

  private final List<String> jobs = new ArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private KafkaProcess broker;
  private SecureBroker secure;
  private RegistryProcess registry;
  private Terminal terminal;
  private Path data;

  @BeforeAll
  static void start() throws Exception {
    flink =
        new FlinkProcesses(
            Files.createDirectories(temp.resolve("flink")),
            Map.of(
                "taskmanager.numberOfTaskSlots",
                "6",
                "execution.checkpointing.interval",
                "1s",
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION"),
            List.of(),
            Map.of());
    checkout = Files.createDirectories(temp.resolve("checkout"));
    if (LONG) {
      copyProject();
    } else {
      for (String name : LINKED) {
        Files.createSymbolicLink(checkout.resolve(name), Path.of(name).toAbsolutePath());
      }
    }
    Stage.files(checkout);
  }

  private static void copyProject() throws IOException, InterruptedException {
    try (Stream<Path> files = Files.list(Path.of(""))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.equals("target") && !name.equals(".git")) {
          Command copied = Command.run(List.of("cp", "-R", name, checkout.toString()));
          assertThat(copied.code()).as(copied.text()).isZero();
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    if (flink != null) {
      flink.close();
    }
  }

  static List<Page> pages() throws IOException {
    return Page.all().stream()
        .filter(page -> page.path().toString().endsWith(System.getProperty("otflow.docs.page", "")))
        .filter(page -> page.blocks().stream().anyMatch(block -> runs(block)))
        .toList();
  }

  private static boolean runs(Page.Block block) {
    return block.isCommands() && (block.note().isEmpty() || (LONG && block.note().equals("long")));
  }

  @AfterEach
  void end() throws Exception {
    Exception failure = closed(this::cancelAll, null);
    for (AutoCloseable one : opened) {
      failure = closed(one, failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static Exception closed(AutoCloseable one, Exception before) {
    try {
      one.close();
      return before;
    } catch (Exception e) {
      if (before == null) {
        return e;
      }
      before.addSuppressed(e);
      return before;
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandDoesWhatThePageSays(Page page) throws Exception {
    open(page);
    for (Page.Block block : page.blocks()) {
      if (!block.isCommands() && !block.note().isEmpty()) {
        write(block);
      }
    }
    prepare(page.path().getFileName().toString());
    for (Page.Block block : page.blocks()) {
      if (runs(block)) {
        List<String> commands = block.commands();
        if (block.lines().toString().contains("$JOB_ID")) {
          startAgain(page.path().getFileName().toString());
          if (commands.stream().noneMatch(c -> c.startsWith("flink stop"))) {
            cancelAll();
          }
        } else if (commands.stream().anyMatch(c -> c.matches("(flink run|kafka-).*"))) {
          cancelAll();
        }
        for (String command : commands) {
          run(block.place(), command);
        }
      }
    }
    check(page.path().getFileName().toString());
  }

  private void open(Page page) throws Exception {
    String name = page.path().getFileName().toString().replace(".md", "");
    String text = Files.readString(page.path());
    data = Files.createDirectories(temp.resolve("data-" + name));
    broker = opened(new KafkaProcess(temp.resolve("kafka-" + name)));
    if (text.contains("broker:9093")) {
      secure = opened(new SecureBroker(Files.createDirectories(temp.resolve("keys-" + name))));
    }
    if (text.contains("registry:8081")) {
      registry = opened(new RegistryProcess(temp.resolve("registry.log")));
    }
    Path tools = Files.createDirectories(temp.resolve("tools-" + name));
    flink.writeClient(tools.resolve("flink"));
    KafkaProcess.writeTool(tools.resolve("kafka-topics.sh"), "org.apache.kafka.tools.TopicCommand");
    KafkaProcess.writeTool(
        tools.resolve("kafka-consumer-groups.sh"),
        "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand");
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    terminal = opened(new Terminal(checkout, environment));
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.add(0, one);
    return one;
  }

  /** What stands on the page for what the test has. */
  private String here(String text) {
    String result =
        text.replaceAll("(localhost|broker):9092", broker.bootstrapServers())
            .replace(
                "/data/otflow/checkpoints", temp.resolve("flink").resolve("checkpoints").toString())
            .replace("/data/otflow", data.toString())
            .replace("--port 8080", "--port 0")
            .replace("--version 41", "--version 1");
    if (secure != null) {
      result = result.replace("broker:9093", secure.bootstrapServers());
    }
    return registry == null ? result : result.replace("http://registry:8081", registry.url());
  }

  /** A file that the page shows. */
  private void write(Page.Block block) throws IOException {
    Path file = checkout.resolve(block.note());
    if (!block.note().equals("client.properties")) {
      Files.writeString(file, here(String.join("\n", block.lines())) + "\n");
      return;
    }
    // The names are the page's; the login, and the certificate that this broker asks for, are not.
    Set<String> known = new HashSet<>(AdminClientConfig.configNames());
    known.add(SaslConfigs.SASL_JAAS_CONFIG);
    List<String> lines = new ArrayList<>();
    secure.client().forEach((key, value) -> lines.add(key + "=" + value));
    assertThat(block.lines())
        .allSatisfy(
            line -> {
              String name = line.substring(0, line.indexOf('='));
              assertThat(known).contains(name);
              assertThat(secure.client()).containsKey(name);
            });
    Files.write(file, lines);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** What the page takes for granted. */
  private void prepare(String page) throws Exception {
    if (LONG && !page.equals("README.md")) {
      run(page, "bin/otflow --version"); // builds the jar, as the README's first command does there
    }
    switch (page) {
      case "quick-start.md" ->
          Stage.copies(
              client(), "readings", Files.readString(checkout.resolve("reading.json")).strip());
      case "records.md" -> {
        Stage.copies(
            client(),
            "readings",
            "{\"event\": \"e-1\", \"at\": 1769860800000, \"line\": 4, \"on\": true, \"state\":"
                + " \"busy\", \"loads\": [0.5], \"machine\": {\"name\": \"m-7\", \"site\":"
                + " \"north\"}, \"engine\": {\"temperature\": 341.5, \"pressure\": 2.1}}");
        Stage.copies(client(), "readings-csv", "e-1,2026-01-31T12:00:00Z,0.5,12.25,north");
        String subject = "readings-registered-value";
        Stage.avro(
            client(),
            "readings-registered",
            registry.register(subject, Stage.firstSchema()),
            registry.register(subject, Stage.secondSchema()));
        Stage.avro(client(), "readings-avro");
      }
      case "operations.md" -> {
        Files.writeString(checkout.resolve("job.properties"), here(JOB_PROPERTIES));
        Stage.features(client(), 4000);
        run(page, OPERATED);
      }
      default -> {}
    }
  }

  /** The page's job alone runs, and has made a checkpoint, which is kept when it is cancelled. */
  private void startAgain(String page) throws Exception {
    int running = 0;
    for (String job : jobs) {
      running += runs(job) ? 1 : 0;
    }
    if (page.equals("operations.md") && running != 1) {
      cancelAll();
      run(page, OPERATED);
    }
    String job = jobs.get(jobs.size() - 1);
    Await.until("a checkpoint", () -> flink.newestCheckpoint(job).isPresent());
  }

  private void run(String place, String command) throws Exception {
    long start = System.nanoTime();
    runAsItStands(place, command);
    System.out.printf("docs: %.1f s, %s: %s%n", (System.nanoTime() - start) / 1e9, place, command);
  }

  private void runAsItStands(String place, String command) throws Exception {
    if (command.contains("--version 41")) {
      Await.until("a model in " + data, this::hasModel);
    }
    if (command.contains("--models-signing-key") && command.contains("rollback")) {
      // The file of the first model, which the command reads, is written anew by this trainer.
      Await.until(
          "a model that is signed",
          () -> printed("models").stream().anyMatch(model -> model.contains("\"signature\":\"")));
    }
    if (command.startsWith("openssl") && terminal.run("command -v openssl").code() != 0) {
      KeyFiles unused = KeyFiles.make(checkout, "models");
      return;
    }
    if (command.startsWith("bin/otflow watch")) {
      watch(here(command));
    } else if (command.startsWith("bin/otflow job") && !command.contains("--bounded")) {
      Terminal.Service job = terminal.start(here(command));
      Matcher topic = SCORES_TOPIC.matcher(command);
      String scores = topic.find() ? topic.group(1) : "scores";
      Await.until(
          "scores of " + place, () -> ended(job) || printed(scores).size() >= Stage.READINGS);
      assertThat(job.alive()).as(job.text()).isTrue();
      assertThat(printed(scores)).allMatch(score -> score.contains("\"machine\":\"m-7\""));
      job.stop();
    } else {
      Command done = terminal.run(here(command));
      assertThat(done.code()).as("%s: %s%n%s", place, command, done.text()).isZero();
      follow(place, command, done.text());
    }
  }

  private static boolean ended(Terminal.Service service) {
    return !service.alive();
  }

  private boolean hasModel() throws IOException {
    Path models = data.resolve("models");
    try (Stream<Path> files = Files.exists(models) ? Files.list(models) : Stream.empty()) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".avro"));
    }
  }

  private void watch(String command) throws Exception {
    Terminal.Service watch = terminal.start(command);
    Await.until("the page", () -> ended(watch) || PAGE.matcher(watch.text()).find());
    Matcher page = PAGE.matcher(watch.text());
    assertThat(page.find()).as(watch.text()).isTrue();
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(page.group(1)).toURL().openConnection();
    assertThat(connection.getResponseCode()).isEqualTo(200);
    watch.stop();
  }

  /** What a command has printed that later ones need, and what should have come of it. */
  private void follow(String place, String command, String text) throws Exception {
    if (command.startsWith("flink run")) {
      Matcher job = JOB.matcher(text);
      assertThat(job.find()).as(text).isTrue();
      jobs.add(job.group(1));
      terminal.set("JOB_ID", job.group(1));
      flink.awaitRunning(job.group(1));
      if (command.contains("--snapshot-dir") && !command.contains(" -s ")) {
        Await.until("a model in " + data, this::hasModel);
      }
      if (command.contains("broker:9093")) {
        Await.until("scores of " + place, () -> secureScores() >= SECURE_SCORES);
      }
      if (place.startsWith("docs/records.md")) {
        int expected = Stage.READINGS * jobs.size();
        Await.until("scores of " + place, () -> printed("scores").size() == expected);
        assertThat(printed("scores")).allMatch(score -> score.contains("WARMING_UP"));
      }
    }
    if (command.contains("consume") && command.contains("broker:9093")) {
      assertThat(text.lines().filter(line -> line.contains("\"status\""))).hasSize(SECURE_SCORES);
    }
    if (command.contains("consume") && command.contains("anomalies")) {
      assertThat(text.lines().filter(line -> line.contains("\"anomaly\":true")))
          .as(command)
          .hasSizeGreaterThanOrEqualTo(3);
    }
    Matcher savepoint = SAVEPOINT.matcher(text);
    if (command.startsWith("flink stop") && savepoint.find()) {
      terminal.set("SAVEPOINT", savepoint.group(1));
    }
  }

  /** What should be there in the end. */
  private void check(String page) throws Exception {
    switch (page) {
      case "README.md" -> {
        assertThat(Files.readString(checkout.resolve("report.html"))).contains("</html>");
        assertThat(Files.readAllLines(checkout.resolve("scores.csv"))).hasSizeGreaterThan(1000);
      }
      case "files.md" ->
          assertThat(Files.readString(checkout.resolve("replay.html"))).contains("</html>");
      case "running.md" -> {
        Await.until("a score for each row", () -> printed("scores").size() == Stage.SENSOR_ROWS);
        assertThat(printed("scores")).allMatch(score -> score.contains("\"SCORED\""));
      }
      // It takes away what it has made, and no more.
      case "quick-start.md" ->
          Await.until("the end of its topics", () -> topics().equals(Set.of("readings")));
      default -> {}
    }
    assertThat(printed("dead-letters")).isEmpty();
  }

  /** Topics that are not Kafka's own. */
  private Set<String> topics() throws Exception {
    try (var admin = org.apache.kafka.clients.admin.Admin.create(client())) {
      return admin.listTopics().names().get();
    }
  }

  private Properties client() {
    Properties client = new Properties();
    client.setProperty("bootstrap.servers", broker.bootstrapServers());
    return client;
  }

  /** The committed records of a topic; none where it does not exist yet. */
  private List<String> printed(String topic) {
    CliRun run =
        CliRun.of(
            "consume",
            "--topic",
            topic,
            "--timeout",
            "0.3",
            "--bootstrap-servers",
            broker.bootstrapServers());
    assertThat(run.code() == 0 || run.err().contains("does not exist")).as(run.err()).isTrue();
    return run.lines();
  }

  private int secureScores() throws IOException {
    CliRun run =
        CliRun.of(
            "consume",
            "--topic",
            "scores",
            "--max-messages",
            String.valueOf(SECURE_SCORES),
            "--timeout",
            "1",
            "--bootstrap-servers",
            secure.bootstrapServers(),
            "--kafka-config",
            checkout.resolve("client.properties").toString());
    assertThat(run.code()).as(run.err()).isZero();
    return run.lines().size();
  }

  private void cancelAll() throws Exception {
    for (String job : jobs) {
      if (runs(job)) {
        flink.cancel(job);
      }
    }
  }

  private boolean runs(String job) throws InterruptedException {
    Matcher state = STATE.matcher(flink.rest("/jobs/" + job));
    return !state.find() || !ENDED.contains(state.group(1));
  }
}
