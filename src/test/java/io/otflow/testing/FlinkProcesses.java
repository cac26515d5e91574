package io.otflow.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Flink session cluster of separate processes on the loopback interface: one job manager, and
 * task managers of two slots unless the settings say otherwise. Logs, configuration and all its
 * files are in a directory. It runs the job jar that the build has packaged. Its processes can be
 * killed and started again.
 */
public final class FlinkProcesses implements AutoCloseable {

  private static final Path HOME = Path.of("target").toAbsolutePath();

  /** What is the job's or a test's own, and not on a cluster. */
  private static final Pattern NOT_FLINK =
      Pattern.compile(
          "(jna|kafka|argparse4j|flink-connector-kafka|flink-test|picocli|fastcsv|progressbar|datasketches|junit"
              + "|selenium|opentelemetry|auto-service|guava|failureaccess|listenablefuture|j2objc|jspecify"
              + "|kubernetes|flink-kubernetes|zjsonpatch|json-schema|itu|uplot|commons-exec"
              + "|jqwik|archunit|assertj|randomcutforest|nd4j|openblas|javacpp).*|.*-tests\\.jar");

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.net",
          "java.nio",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic");

  private static final String JOB_MANAGER = "jobmanager";
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");
  private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");

  private final Path directory;
  private final Map<String, String> environment;
  private final List<String> taskManagerOptions;
  private final int restPort;
  private final Map<String, Process> processes = new LinkedHashMap<>();

  /**
   * Starts a cluster of one task manager.
   *
   * @param directory where its files go
   * @param settings Flink settings beside what it needs to run
   * @param taskManagerOptions options of Java for the task manager
   * @param environment variables of its processes
   */
  public FlinkProcesses(
      Path directory,
      Map<String, String> settings,
      List<String> taskManagerOptions,
      Map<String, String> environment)
      throws Exception {
    this(directory, settings, taskManagerOptions, environment, 1);
  }

  /**
   * Starts a cluster.
   *
   * @param directory where its files go
   * @param settings Flink settings beside what it needs to run
   * @param taskManagerOptions options of Java for the task managers
   * @param environment variables of its processes
   * @param taskManagers how many task managers, named taskmanager1 and so on
   */
  public FlinkProcesses(
      Path directory,
      Map<String, String> settings,
      List<String> taskManagerOptions,
      Map<String, String> environment,
      int taskManagers)
      throws Exception {
    this.directory = directory;
    this.environment = environment;
    this.taskManagerOptions = taskManagerOptions;
    restPort = freePort();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("jobmanager.rpc.address", "127.0.0.1");
    all.put("jobmanager.rpc.port", String.valueOf(freePort()));
    all.put("jobmanager.bind-host", "127.0.0.1");
    all.put("jobmanager.memory.process.size", "1024m");
    all.put("taskmanager.bind-host", "127.0.0.1");
    all.put("taskmanager.host", "127.0.0.1");
    all.put("taskmanager.numberOfTaskSlots", "2");
    all.put("taskmanager.memory.process.size", "1536m");
    all.put("rest.address", "127.0.0.1");
    all.put("rest.bind-address", "127.0.0.1");
    all.put("rest.port", String.valueOf(restPort));
    // The age in milliseconds that an answer about a job may have, for whoever waits for a state.
    all.put("web.refresh-interval", "100");
    all.put("execution.checkpointing.interval", "2s");
    all.put("execution.checkpointing.dir", directory.resolve("checkpoints").toUri().toString());
    all.put("io.tmp.dirs", directory.toString());
    all.putAll(settings);
    Path conf = Files.createDirectories(directory.resolve("conf"));
    StringBuilder text = new StringBuilder();
    all.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    Files.writeString(conf.resolve("config.yaml"), text);
    Files.writeString(
        conf.resolve("log4j.properties"),
        """
        rootLogger.level = INFO
        rootLogger.appenderRef.console.ref = Console
        appender.console.name = Console
        appender.console.type = CONSOLE
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} - %m%n
        """);
    boolean up = false;
    try {
      startJobManager();
      for (int i = 1; i <= taskManagers; i++) {
        startTaskManager(i);
      }
      awaitTaskManagers(taskManagers);
      up = true;
    } finally {
      if (!up) {
        close();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private List<String> java(List<String> options, String main, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector"));
    for (String name : OPENED) {
      all.addAll(List.of("--add-opens", "java.base/" + name + "=ALL-UNNAMED"));
    }
    all.add("-Dlog4j.configurationFile=" + directory.resolve("conf/log4j.properties"));
    all.addAll(options);
    return Command.java(all, flinkLibraries(), main, arguments);
  }

  /** Flink and what it needs, of this test's class path. */
  private static String flinkLibraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> path.endsWith(".jar"))
        .filter(path -> !NOT_FLINK.matcher(Path.of(path).getFileName().toString()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("FLINK_CONF_DIR", directory.resolve("conf").toString());
    builder.environment().put("FLINK_PLUGINS_DIR", HOME.resolve("plugins").toString());
    return builder;
  }

  private void start(String name, List<String> options, String main, List<String> arguments)
      throws IOException {
    processes.put(
        name,
        builder(java(options, main, arguments))
            .redirectOutput(Redirect.appendTo(directory.resolve(name + ".log").toFile()))
            .start());
  }

  private String conf() {
    return directory.resolve("conf").toString();
  }

  /** Starts the job manager, where it was killed before. */
  public void startJobManager() throws IOException {
    start(
        JOB_MANAGER,
        List.of(),
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        List.of("--configDir", conf()));
  }

  /**
   * Starts a task manager, with the memory sizes that Flink's own scripts would give it.
   *
   * @param number its number, from 1; none of that number runs
   */
  public void startTaskManager(int number) throws IOException, InterruptedException {
    String main = "org.apache.flink.runtime.util.bash.BashJavaUtils";
    List<String> lines =
        Command.run(
                builder(
                    java(
                        List.of(), main, List.of("GET_TM_RESOURCE_PARAMS", "--configDir", conf()))))
            .text()
            .lines()
            .filter(line -> line.startsWith("BASH_JAVA_UTILS_EXEC_RESULT:"))
            .map(line -> line.substring(line.indexOf(':') + 1))
            .toList();
    List<String> options = new ArrayList<>(Arrays.asList(lines.get(0).split(" ")));
    options.addAll(taskManagerOptions);
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf()));
    arguments.addAll(Arrays.asList(lines.get(1).split(" ")));
    arguments.addAll(List.of("-D", "taskmanager.resource-id=" + taskManager(number)));
    start(
        taskManager(number),
        options,
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        arguments);
  }

  private static String taskManager(int number) {
    return "taskmanager" + number;
  }

  /** Waits until the job manager knows so many task managers. */
  public void awaitTaskManagers(int count) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!rest("/overview").contains("\"taskmanagers\":" + count + ",")) {
      if (System.nanoTime() > deadline || processes.values().stream().anyMatch(p -> !p.isAlive())) {
        throw new IOException("the cluster did not come up:\n" + logs());
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** Ends a process at once, as a machine that loses power does. */
  public void kill(String name) throws InterruptedException {
    processes.remove(name).destroyForcibly().waitFor();
  }

  /** The id of a process, for the tools of the JDK. */
  public long pid(String name) {
    return processes.get(name).pid();
  }

  /** The number of a task manager on which subtasks run. */
  public int busyTaskManager() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode all = new ObjectMapper().readTree(rest("/taskmanagers")).path("taskmanagers");
      for (JsonNode one : all) {
        if (one.get("freeSlots").asInt() < one.get("slotsNumber").asInt()) {
          return Integer.parseInt(one.get("id").asText().substring("taskmanager".length()));
        }
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new IOException("no task manager has work:\n" + logs());
  }

  /** What the REST interface answers; empty while it does not. */
  public String rest(String path) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + restPort + path);
  }

  /** What a process has logged: jobmanager, or taskmanager1 and so on. */
  public String log(String process) throws IOException {
    return Files.readString(directory.resolve(process + ".log"));
  }

  /** Submits the job jar with Flink's own command-line client, and waits for its end. */
  public Command runJob(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("run", HOME.resolve("flink-otflow.jar").toString()));
    all.addAll(Arrays.asList(arguments));
    return client(all);
  }

  private String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : processes.keySet()) {
      all.append(name).append(":\n").append(log(name));
    }
    return all.toString();
  }

  /** Runs Flink's own command-line client. */
  public Command client(List<String> arguments) throws IOException, InterruptedException {
    return Command.run(builder(clientCommand(arguments)));
  }

  private List<String> clientCommand(List<String> arguments) {
    return java(List.of(), "org.apache.flink.client.cli.CliFrontend", arguments);
  }

  /**
   * Makes a program of Flink's own command-line client, for this cluster.
   *
   * @param program where it goes
   */
  public void writeClient(Path program) throws IOException {
    Command.write(program, Map.of("FLINK_CONF_DIR", conf()), clientCommand(List.of()));
  }

  /**
   * Submits the job jar, without waiting for its end.
   *
   * @param restoreFrom a savepoint or checkpoint, if it goes on from one
   * @param arguments arguments of the job
   * @return the job's id
   */
  public String submit(Optional<String> restoreFrom, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("run", "-d"));
    restoreFrom.ifPresent(path -> all.addAll(List.of("-s", path)));
    all.add(HOME.resolve("flink-otflow.jar").toString());
    all.addAll(arguments);
    return found(JOB_ID, client(all));
  }

  /** Waits until every subtask of a job runs; a savepoint is possible from then on. */
  public void awaitRunning(String job) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!running(rest("/jobs/" + job))) {
      if (System.nanoTime() > deadline) {
        throw new IOException("job " + job + " does not run:\n" + logs());
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static boolean running(String answer) throws IOException {
    JsonNode vertices = new ObjectMapper().readTree(answer).path("vertices");
    for (JsonNode vertex : vertices) {
      if (!vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    return !vertices.isEmpty();
  }

  /** Stops a job that runs with a savepoint, and returns where that is. */
  public String stop(String job) throws IOException, InterruptedException {
    awaitRunning(job);
    return found(
        SAVEPOINT,
        client(List.of("stop", "-p", directory.resolve("savepoints").toUri().toString(), job)));
  }

  /** Cancels a job, and waits until it is. */
  public void cancel(String job) throws IOException, InterruptedException {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri("/jobs/" + job + "?mode=cancel"))
                .method("PATCH", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.discarding());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!rest("/jobs/" + job).contains("\"state\":\"CANCELED\"")) {
      if (System.nanoTime() > deadline) {
        throw new IOException("job " + job + " is not cancelled:\n" + logs());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String found(Pattern what, Command command) throws IOException {
    Matcher matcher = what.matcher(command.text());
    if (command.code() != 0 || !matcher.find()) {
      throw new IOException("Flink's client ended with " + command.code() + ":\n" + command.text());
    }
    return matcher.group(1);
  }

  /** The newest complete checkpoint that a job has left, if it has left any. */
  public Optional<String> newestCheckpoint(String job) throws IOException {
    Path folder = directory.resolve("checkpoints").resolve(job);
    try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
      return files
          .filter(path -> Files.exists(path.resolve("_metadata")))
          .max(
              Comparator.comparingLong(
                  path -> Long.parseLong(path.getFileName().toString().substring("chk-".length()))))
          .map(path -> path.toUri().toString());
    }
  }

  @Override
  public void close() {
    for (Process process : processes.values()) {
      process.destroy();
    }
    for (Process process : processes.values()) {
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
