package io.otflow.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What local brokers and clusters would leave behind if they did not clean up. */
public final class LeftOvers {

  private LeftOvers() {}

  /** Their folders in the directory of temporary files. */
  public static List<Path> now() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().matches("otflow-(broker|flink)-.*"))
          .toList();
    }
  }
}
