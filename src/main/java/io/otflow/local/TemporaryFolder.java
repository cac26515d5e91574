package io.otflow.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A folder for files of this process, which goes with all that is in it. */
final class TemporaryFolder {

  private static final int TRIES = 60;
  private static final long PAUSE_MILLIS = 50;

  private final Path path;

  /**
   * Makes it.
   *
   * @param prefix what its name begins with
   * @throws IOException if it cannot be made
   */
  TemporaryFolder(String prefix) throws IOException {
    path = Files.createTempDirectory(prefix);
  }

  Path path() {
    return path;
  }

  /**
   * Removes it. While a process ends, others still write into it or remove parts of it: that is
   * tried again for some seconds.
   *
   * @throws IOException if it stays
   */
  void delete() throws IOException {
    for (int left = TRIES; Files.exists(path); left--) {
      try {
        deleteOnce();
      } catch (IOException | UncheckedIOException e) {
        if (left == 0) {
          throw new IOException("cannot remove " + path + ": " + e.getMessage(), e);
        }
        pause();
      }
    }
  }

  private void deleteOnce() throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(path)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : all) {
      Files.deleteIfExists(one);
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while removing a folder", e);
    }
  }
}
