package io.otflow.testing;

import java.io.File;
import java.io.IOException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Flink session cluster of separate processes on the loopback interface: one job manager, one
 * task manager of two slots. Logs, configuration and all its files are in a directory. It runs the
 * job jar that the build has packaged.
 */
public final class FlinkProcesses implements AutoCloseable {

  private static final Path HOME = Path.of("target").toAbsolutePath();

  /** What is the job's or a test's own, and not on a cluster. */
  private static final Pattern NOT_FLINK =
      Pattern.compile(
          "(jna|kafka|flink-connector-kafka|flink-test|picocli|fastcsv|progressbar|datasketches|junit"
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

  private final Path directory;
  private final Map<String, String> environment;
  private final int restPort;
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts a cluster.
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
    this.directory = directory;
    this.environment = environment;
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
      start(
          "jobmanager",
          List.of(),
          "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
          List.of("--configDir", conf.toString()));
      startTaskManager(conf, taskManagerOptions);
      awaitTaskManager();
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
    processes.add(
        builder(java(options, main, arguments))
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start());
  }

  /** With the memory sizes that Flink's own scripts would give it. */
  private void startTaskManager(Path conf, List<String> taskManagerOptions)
      throws IOException, InterruptedException {
    String main = "org.apache.flink.runtime.util.bash.BashJavaUtils";
    List<String> lines =
        Command.run(
                builder(
                    java(
                        List.of(),
                        main,
                        List.of("GET_TM_RESOURCE_PARAMS", "--configDir", conf.toString()))))
            .text()
            .lines()
            .filter(line -> line.startsWith("BASH_JAVA_UTILS_EXEC_RESULT:"))
            .map(line -> line.substring(line.indexOf(':') + 1))
            .toList();
    List<String> options = new ArrayList<>(Arrays.asList(lines.get(0).split(" ")));
    options.addAll(taskManagerOptions);
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf.toString()));
    arguments.addAll(Arrays.asList(lines.get(1).split(" ")));
    start(
        "taskmanager",
        options,
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        arguments);
  }

  private void awaitTaskManager() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!rest("/overview").contains("\"taskmanagers\":1")) {
      if (System.nanoTime() > deadline || processes.stream().anyMatch(p -> !p.isAlive())) {
        throw new IOException(
            "the cluster did not come up:\n" + log("jobmanager") + log("taskmanager"));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** What the REST interface answers; empty while it does not. */
  public String rest(String path) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }

  /** What a process has logged: jobmanager or taskmanager. */
  public String log(String process) throws IOException {
    return Files.readString(directory.resolve(process + ".log"));
  }

  /** Submits the job jar with Flink's own command-line client, and waits for its end. */
  public Command runJob(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("run", HOME.resolve("flink-otflow.jar").toString()));
    all.addAll(Arrays.asList(arguments));
    return Command.run(builder(java(List.of(), "org.apache.flink.client.cli.CliFrontend", all)));
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroy();
    }
    for (Process process : processes) {
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
