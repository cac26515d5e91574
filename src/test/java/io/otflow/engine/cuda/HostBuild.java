package io.otflow.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.otflow.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The kernel and a stand-in for the driver's library, compiled for this machine from src/main/cuda
 * and src/test/cuda, once as long as the sources stay the same.
 */
public final class HostBuild {

  /** Where the kernels and the library lie. */
  public static final Path FOLDER = Path.of("target", "cuda-host").toAbsolutePath();

  private static final List<String> OPTIONS =
      List.of("-O2", "-march=native", "-fno-math-errno", "-fPIC");
  private static final Path MAIN = Path.of("src", "main", "cuda").toAbsolutePath();
  private static final Path TEST = Path.of("src", "test", "cuda").toAbsolutePath();

  private HostBuild() {}

  /** Whether there is a compiler. */
  public static boolean possible() {
    try {
      run(List.of("g++", "--version"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Builds all, and makes the library this process's driver. */
  static synchronized void install() {
    assumeTrue(possible(), "g++ was not found: the kernel cannot be run on this machine");
    build();
    System.setProperty(Driver.LIBRARY_PROPERTY, library().toString());
    StandIn.INSTANCE.otflow_standin_reset();
    StandIn.INSTANCE.otflow_standin_set("KERNELS", FOLDER.toString());
  }

  /** The stand-in for the driver's library. */
  public static Path library() {
    return FOLDER.resolve("libcuda.so");
  }

  /** Builds what is missing or older than its sources. */
  public static synchronized void build() {
    List<Callable<Path>> tasks = new ArrayList<>();
    tasks.add(
        () ->
            compile(
                library(),
                List.of("-O2", "-shared", "-fPIC"),
                List.of(),
                TEST.resolve("driver.cpp")));
    Path threads = threads();
    for (Tile tile : Tile.all()) {
      tasks.add(() -> kernel(tile, FOLDER.resolve("kernel-" + tile.module() + ".so"), threads));
    }
    List<Path> unused = onAllCores(tasks);
  }

  /** What is the same for every kernel. */
  private static Path threads() {
    List<String> options = new ArrayList<>(OPTIONS);
    options.add("-c");
    try {
      return compile(FOLDER.resolve("host.o"), options, List.of(), TEST.resolve("host.cpp"));
    } catch (IOException e) {
      throw new UncheckedIOException("the host build failed", e);
    }
  }

  /** Runs what is independent of each other, as much at a time as there are cores. */
  static <T> List<T> onAllCores(List<Callable<T>> tasks) {
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (Exception e) {
      throw new IllegalStateException("one of several failed", e);
    } finally {
      pool.shutdown();
    }
  }

  /** Does the same for each of several, as much at a time as there are cores. */
  static <T, R> List<R> onAllCores(List<T> several, Work<T, R> work) {
    List<Callable<R>> tasks = new ArrayList<>();
    for (T one : several) {
      tasks.add(() -> work.of(one));
    }
    return onAllCores(tasks);
  }

  /** What is done for each. */
  interface Work<T, R> {
    R of(T one) throws Exception;
  }

  private static Path kernel(Tile tile, Path to, Path threads) throws IOException {
    List<String> options = new ArrayList<>(OPTIONS);
    options.add("-shared");
    return compile(to, options, defines(tile), TEST.resolve("kernels.cpp"), threads);
  }

  /** A program that runs one launch from a file, under sanitizers. */
  static Path runner(Tile tile, String name, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-O1", "-g1", "-fno-omit-frame-pointer"));
    all.addAll(Arrays.asList(options));
    return compile(
        FOLDER.resolve(name + "-" + tile.module()),
        all,
        defines(tile),
        TEST.resolve("runner.cpp"),
        TEST.resolve("kernels.cpp"),
        TEST.resolve("host.cpp"));
  }

  private static List<String> defines(Tile tile) {
    return List.of(
        "-DOTFLOW_ROWS=" + tile.rows(),
        "-DOTFLOW_COLUMNS=" + tile.columns(),
        "-DOTFLOW_EVENTS=" + tile.events(),
        "-DOTFLOW_CHUNK=" + tile.chunk(),
        "-DOTFLOW_DEEP=" + tile.deep(),
        "-DOTFLOW_TENSOR=" + tile.tensor(),
        "-include",
        TEST.resolve("host.hpp").toString());
  }

  private static Path compile(Path to, List<String> options, List<String> defines, Path... sources)
      throws IOException {
    if (Files.exists(to) && Files.getLastModifiedTime(to).toMillis() > newestSource()) {
      return to;
    }
    Files.createDirectories(to.getParent());
    Path unfinished = to.resolveSibling(to.getFileName() + ".unfinished");
    List<String> command =
        new ArrayList<>(
            List.of("g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"));
    command.addAll(options);
    command.addAll(defines);
    for (Path source : sources) {
      command.add(source.toString());
    }
    command.addAll(List.of("-o", unfinished.toString(), "-ldl", "-pthread"));
    run(command);
    Files.move(unfinished, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return to;
  }

  private static long newestSource() throws IOException {
    long newest = 0;
    for (Path folder : List.of(MAIN, TEST)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
        }
      }
    }
    return newest;
  }

  private static void run(List<String> command) throws IOException {
    try {
      Command ended = Command.run(command);
      if (ended.code() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed:\n" + ended.text());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
