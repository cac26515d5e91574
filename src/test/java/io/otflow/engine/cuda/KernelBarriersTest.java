package io.otflow.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.otflow.engine.Integration;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Command;
import io.otflow.testing.RandomModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel with a thread for each CUDA thread, under the sanitizers: nothing is found; and with
 * each barrier left out in turn, a race or a wrong result is.
 */
class KernelBarriersTest {

  private static final Path SOURCES = Path.of("src", "main", "cuda");

  /** ThreadSanitizer's own exit code. */
  private static final int RACE = 66;

  private static final int WRONG = 3;

  private static final String[] RACES = {"-fsanitize=thread", "-DOTFLOW_THREADS"};
  private static final String[] MEMORY = {
    "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-DOTFLOW_THREADS"
  };

  /** Three tiles for two blocks, so that one begins where another ended. */
  private record Case(Tile tile, Architecture architecture, Integration integration, int rows) {

    Path file(Path folder) throws IOException {
      Path file = folder.resolve(tile.module() + integration.integrator() + ".launch");
      if (!Files.exists(file)) {
        ModelSnapshot model = RandomModels.snapshot(architecture, 5);
        double[] x = RandomModels.rows(rows, architecture.d(), 7);
        LaunchFile.write(file, tile, integration, model, x, rows);
      }
      return file;
    }
  }

  @TempDir private static Path folder;

  private static final List<Case> CASES = new ArrayList<>();

  @BeforeAll
  static void build() {
    assumeTrue(HostBuild.possible(), "g++ was not found: the kernel cannot be run on this machine");
    for (boolean deep : new boolean[] {false, true}) {
      Tile tile =
          Tile.all().stream()
              .filter(t -> t.deep() == deep && !t.tensor() && t.rows() == (deep ? 64 : 32))
              .reduce((a, b) -> b)
              .orElseThrow();
      Architecture a = Architecture.of(2, deep ? 5 : 7, deep ? 3 : 2);
      for (Integration integration :
          List.of(
              Integration.rk4(1), Integration.quadrature(1, 2), Integration.adaptive(1, 1e-3))) {
        CASES.add(new Case(tile, a, integration, 2 * tile.events() + 1));
      }
    }
    Tile tensor =
        Tile.all().stream()
            .filter(t -> t.tensor() && t.rows() == 32)
            .reduce((a, b) -> b)
            .orElseThrow();
    CASES.add(new Case(tensor, Architecture.of(2, 7, 2), Integration.rk4(1), tensor.events() + 1));
    List<Callable<Path>> programs = new ArrayList<>();
    for (Tile tile : CASES.stream().map(Case::tile).distinct().toList()) {
      programs.add(() -> HostBuild.runner(tile, "tsan", RACES));
      programs.add(() -> HostBuild.runner(tile, "asan", MEMORY));
    }
    HostBuild.onAllCores(programs);
  }

  private static String run(Case one, String build, String leftOut, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(HostBuild.runner(one.tile(), build, options).toString());
    command.add(one.file(folder).toString());
    if (leftOut != null) {
      command.add(leftOut);
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TSAN_OPTIONS", "halt_on_error=1 report_bugs=1 history_size=2");
    try {
      Command ended = Command.run(builder);
      return ended.code() + ": " + ended.text();
    } catch (IOException e) {
      // Without a barrier the threads may wait for each other for ever: another launch may tell
      // more.
      return "no end: " + e.getMessage();
    }
  }

  private static String threads(Case one, String leftOut) throws Exception {
    return run(one, "tsan", leftOut, RACES);
  }

  @Test
  void threadSanitizerFindsNothing() throws Exception {
    for (Case one : CASES) {
      assertThat(threads(one, null)).as(one.toString()).startsWith("0: ");
    }
  }

  @Test
  void addressAndUndefinedBehaviorSanitizersFindNothing() throws Exception {
    for (Case one : CASES) {
      assertThat(run(one, "asan", null, MEMORY)).as(one.toString()).startsWith("0: ");
    }
  }

  private static List<String> barriers() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().matches(".*\\.cuh?")).sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          if (lines.get(i).matches(".*(__syncthreads|__pipeline_wait_prior)\\(.*")) {
            found.add(file.getFileName() + ":" + (i + 1));
          }
        }
      }
    }
    return found;
  }

  @Test
  void everyBarrierIsMissed() throws Exception {
    List<String> barriers = barriers();
    assertThat(barriers).hasSizeGreaterThan(10);
    for (String barrier : barriers) {
      List<String> outcomes = new ArrayList<>();
      boolean caught = false;
      for (Case one : CASES) {
        String outcome = threads(one, barrier);
        outcomes.add(outcome.lines().findFirst().orElse(""));
        if (outcome.startsWith(RACE + ": ") || outcome.startsWith(WRONG + ": ")) {
          caught = true;
          break;
        }
      }
      assertThat(caught).as("without %s: %s", barrier, outcomes).isTrue();
    }
  }
}
