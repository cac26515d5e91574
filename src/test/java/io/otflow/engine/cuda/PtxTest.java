package io.otflow.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.otflow.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The PTX in the jar is what the sources give, for the drivers and the devices that it promises.
 */
class PtxTest {

  private static final Path SOURCES = Path.of("src", "main", "cuda");
  private static final Path MODULES =
      Path.of("src", "main", "resources", "io", "otflow", "engine", "cuda");
  private static final Pattern SPILL =
      Pattern.compile(
          "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");

  @TempDir private Path folder;

  private static List<String> modules() {
    return Stream.concat(Tile.all().stream().map(Tile::module), Stream.of("peak")).toList();
  }

  private static String fingerprint() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file :
          files
              .filter(f -> f.toString().endsWith(".cu") || f.toString().endsWith(".cuh"))
              .sorted(
                  Comparator.comparing((Path f) -> f.toString().endsWith(".cuh"))
                      .thenComparing(f -> f.getFileName().toString()))
              .toList()) {
        digest.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Command run(String... command) throws IOException, InterruptedException {
    return Command.run(List.of(command));
  }

  private static boolean found(String program, String version) throws InterruptedException {
    try {
      return run(program, "--version").text().contains(version);
    } catch (IOException e) {
      return false;
    }
  }

  /** Needs no compiler. */
  @Test
  void everyTileHasAModuleOfTheseSourcesForDriversFrom520On() throws Exception {
    String fingerprint = fingerprint();
    for (String module : modules()) {
      List<String> head = Files.readAllLines(MODULES.resolve(module + ".ptx")).subList(0, 4);
      assertThat(head.get(0)).startsWith("// tile " + module + ", compiled by");
      assertThat(head.get(1))
          .as("%s is stale, run src/main/cuda/build.sh", module)
          .isEqualTo("// sources " + fingerprint);
      assertThat(head.get(2)).isEqualTo(".version 7.8");
      assertThat(head.get(3)).isEqualTo(".target sm_80");
    }
    try (Stream<Path> files = Files.list(MODULES)) {
      assertThat(files.filter(f -> f.toString().endsWith(".ptx"))).hasSize(modules().size());
    }
  }

  @Test
  void theCompilerGivesTheSameModules() throws Exception {
    assumeTrue(found("nvcc", "release 13.0"), "nvcc 13.0 was not found");
    Command build = run(SOURCES.resolve("build.sh").toString(), folder.toString());
    assertThat(build.code()).as(build.text()).isZero();
    for (String module : modules()) {
      assertThat(Files.mismatch(folder.resolve(module + ".ptx"), MODULES.resolve(module + ".ptx")))
          .as("%s is stale, run src/main/cuda/build.sh", module)
          .isEqualTo(-1);
    }
  }

  /** The two shapes that docs/gpu.md gives figures for; src/main/cuda/report.sh does all tiles. */
  @Test
  void noRegisterIsSpilledOnAnyTarget() throws Exception {
    assumeTrue(found("ptxas", "release 13.0"), "ptxas 13.0 was not found");
    List<Callable<Command>> tasks = new ArrayList<>();
    for (String module : List.of("256x64x32", "64x256x128", "64x256x128-tensor")) {
      for (String target : List.of("80", "86", "89", "90", "100", "120")) {
        tasks.add(() -> assembled(module, target));
      }
    }
    for (Command assembled : HostBuild.onAllCores(tasks)) {
      assertThat(assembled.code()).as(assembled.text()).isZero();
      Matcher spill = SPILL.matcher(assembled.text());
      int kernels = 0;
      while (spill.find()) {
        kernels++;
        assertThat(spill.group())
            .as(assembled.text())
            .isEqualTo("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads");
      }
      assertThat(kernels).as(assembled.text()).isEqualTo(3);
    }
  }

  private Command assembled(String module, String target) throws IOException, InterruptedException {
    return run(
        "ptxas",
        "-v",
        "-arch=sm_" + target,
        MODULES.resolve(module + ".ptx").toString(),
        "-o",
        folder.resolve(module + "-" + target + ".cubin").toString());
  }
}
