package io.otflow.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Prints what was logged while a test ran, if the test failed. */
public final class LogOfFailures implements TestExecutionListener {

  private static final Path LOG = Path.of("target", "logs", "tests.log");

  /** Most lines that are printed, the newest ones. */
  private static final int LINES = 200;

  /** Most bytes of the log that are read. */
  private static final long BYTES = 1 << 16;

  private final Map<String, Long> starts = new ConcurrentHashMap<>();

  @Override
  public void executionStarted(TestIdentifier test) {
    starts.put(test.getUniqueId(), size());
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Long start = starts.remove(test.getUniqueId());
    if (result.getStatus() != TestExecutionResult.Status.FAILED || start == null) {
      return;
    }
    List<String> lines = since(start).lines().toList();
    System.out.printf("%n%s failed; the log since it began (%s):%n", test.getDisplayName(), LOG);
    lines.subList(Math.max(0, lines.size() - LINES), lines.size()).forEach(System.out::println);
  }

  private static long size() {
    try {
      return Files.exists(LOG) ? Files.size(LOG) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String since(long start) {
    long end = size();
    byte[] bytes = new byte[(int) Math.min(BYTES, end - start)];
    if (bytes.length > 0) {
      try (RandomAccessFile file = new RandomAccessFile(LOG.toFile(), "r")) {
        file.seek(end - bytes.length);
        file.readFully(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
