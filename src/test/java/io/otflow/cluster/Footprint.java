package io.otflow.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.testing.Await;
import io.otflow.testing.Command;
import io.otflow.testing.FlinkProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What a task manager holds after a full collection of garbage.
 *
 * @param threads live threads
 * @param classes loaded classes that are not unloaded
 * @param metaspace bytes of metaspace in use
 * @param jobs class loaders of jobs that are not collected
 * @param direct bytes of direct memory in use
 * @param resident bytes of the process in memory, the whole heap among them
 */
record Footprint(
    long threads, long classes, long jobs, long metaspace, long direct, long resident) {

  /** Options of such a task manager: it touches its heap at the start. */
  static final List<String> JAVA_OPTIONS = List.of("-XX:+UseG1GC", "-XX:+AlwaysPreTouch");

  /** Settings of its cluster: pools that are soon at their full size, and figures of now. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "metrics.fetcher.update-interval", "100",
          "cluster.io-pool.size", "4",
          "pekko.fork-join-executor.parallelism-min", "2",
          "pekko.fork-join-executor.parallelism-max", "2",
          "pekko.remote-fork-join-executor.parallelism-min", "2",
          "pekko.remote-fork-join-executor.parallelism-max", "2");

  /** Variables of its process: glibc keeps freed memory in one place, not in one for each core. */
  static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

  private static final String JVM = "Status.JVM.";
  private static final Pattern JOB = Pattern.compile("\\bChildFirstClassLoader\\b");
  private static final String FULL_COLLECTIONS = JVM + "GarbageCollector.G1_Old_Generation.Count";
  private static final String THREADS = JVM + "Threads.Count";
  private static final String LOADED = JVM + "ClassLoader.ClassesLoaded";
  private static final String UNLOADED = JVM + "ClassLoader.ClassesUnloaded";
  private static final String METASPACE = JVM + "Memory.Metaspace.Used";
  private static final String DIRECT = JVM + "Memory.Direct.MemoryUsed";

  /**
   * Collects the garbage of a task manager, and asks Flink and the system what is left.
   *
   * @param jobs the job class loaders that may be left; the end of a job that is cancelled already
   *     takes a moment, so that more of them are looked for again a few times
   */
  static Footprint of(FlinkProcesses flink, String taskManager, int jobs) throws Exception {
    Footprint found = of(flink, taskManager);
    for (int again = 0; again < 10 && found.jobs > jobs; again++) {
      TimeUnit.MILLISECONDS.sleep(500);
      found = of(flink, taskManager);
    }
    return found;
  }

  private static Footprint of(FlinkProcesses flink, String taskManager) throws Exception {
    Await.until("metrics", () -> metrics(flink, taskManager).containsKey(FULL_COLLECTIONS));
    long before = metrics(flink, taskManager).get(FULL_COLLECTIONS);
    long pid = flink.pid(taskManager);
    jcmd(pid, "GC.run");
    Await.until(
        "metrics after the collection",
        () -> metrics(flink, taskManager).getOrDefault(FULL_COLLECTIONS, 0L) > before);
    Map<String, Long> now = metrics(flink, taskManager);
    return new Footprint(
        now.get(THREADS),
        now.get(LOADED) - now.get(UNLOADED),
        JOB.matcher(jcmd(pid, "VM.classloader_stats")).results().count(),
        now.get(METASPACE),
        now.get(DIRECT),
        resident(pid));
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Command done = Command.run(List.of(jcmd, String.valueOf(pid), command));
    if (done.code() != 0) {
      throw new IOException("jcmd " + command + " ended with " + done.code() + ":\n" + done.text());
    }
    return done.text();
  }

  private static Map<String, Long> metrics(FlinkProcesses flink, String taskManager)
      throws Exception {
    String names = String.join(",", FULL_COLLECTIONS, THREADS, LOADED, UNLOADED, METASPACE, DIRECT);
    Map<String, Long> values = new HashMap<>();
    for (JsonNode metric :
        new ObjectMapper()
            .readTree(flink.rest("/taskmanagers/" + taskManager + "/metrics?get=" + names))) {
      values.put(metric.get("id").asText(), metric.get("value").asLong());
    }
    return values;
  }

  private static long resident(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String toString() {
    return ("%d threads, %d classes, %d job class loaders, "
            + "%.1f MiB metaspace, %.1f MiB direct, %.0f MiB resident")
        .formatted(threads, classes, jobs, mib(metaspace), mib(direct), mib(resident));
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
