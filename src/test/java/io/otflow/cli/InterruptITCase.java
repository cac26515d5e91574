package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.otflow.local.EmbeddedBroker;
import io.otflow.testing.LabelledRows;
import io.otflow.testing.PseudoTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ctrl-C on a terminal, while a command starts and while it works: nothing is left behind. */
class InterruptITCase {

  private static final String PROGRAM = Path.of("bin", "otflow").toAbsolutePath().toString();

  /** What Java shows before the command begins. */
  private static final String START = "incubator modules";

  private static EmbeddedBroker broker;

  @BeforeAll
  static void prepare() throws Exception {
    broker = new EmbeddedBroker();
    CliRun events =
        CliRun.of(
            "simulate",
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--topic",
            "features",
            "--events",
            "20000",
            "--rate",
            "100000");
    assertThat(events.code()).as(events.err()).isZero();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  static Stream<Arguments> moments() {
    String demo = "demo --events 8000 --seconds 60 --port 0";
    String fit = "fit --data rows.csv --label label --model m.avro";
    String job = "job --starting-offsets earliest --bootstrap-servers BROKER --group-id ";
    String soak = "soak --minutes 1";
    String bench = "bench --pipeline --events 100000 --rounds 1";
    return Stream.of(
        arguments(demo, START),
        arguments(demo, "starting a Kafka broker"),
        arguments(demo, "\\b[1-9]\\d*/8000"),
        arguments(fit, START),
        arguments(fit, "\\b[1-9]\\d*/\\d+ iterations"),
        arguments(fit, "held-out nll"),
        arguments(job + "a", START),
        arguments(job + "b", "\\b[1-9]\\d*/\\d+ iterations"),
        arguments(job + "c", "\\b(\\d+)/\\1 iterations"),
        arguments(soak, START),
        arguments(soak, "starting a Kafka broker"),
        arguments(soak, "fitting a model"),
        arguments(bench, START),
        arguments(bench, "starting a Kafka broker"),
        arguments(bench, "round 1, pass-through"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("moments")
  void ctrlCLeavesNothingBehind(String command, String moment, @TempDir Path folder)
      throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path work = Files.createDirectory(folder.resolve("work"));
    Files.writeString(work.resolve("rows.csv"), LabelledRows.csv(0, 4000));
    List<String> words = new ArrayList<>(List.of(PROGRAM));
    words.addAll(List.of(command.replace("BROKER", broker.bootstrapServers()).split(" ")));
    Map<String, String> environment =
        Map.of(
            "OTFLOW_JAVA_OPTS",
            "-Djava.io.tmpdir=" + temporary,
            "JAVA_HOME",
            System.getProperty("java.home"));
    try (PseudoTerminal terminal = new PseudoTerminal(work, environment, words)) {
      terminal.await(Pattern.compile(moment));
      // Java itself, while it boots, dies of a signal in ways that are not the command's.
      terminal.awaitOpen("flink-otflow.jar");
      terminal.interrupt();
      assertThat(terminal.end()).as(terminal.text()).isEqualTo(130);
      assertThat(terminal.text()).doesNotContain("\tat ", "unexpectedly");
    }
    assertThat(files(temporary)).isEmpty();
    assertThat(files(work)).containsExactly("rows.csv");
    assertThat(processesOf(temporary)).isEmpty();
  }

  private static List<String> files(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Processes that have the folder in their command line. */
  private static List<String> processesOf(Path folder) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(folder.toString()))
        .toList();
  }
}
