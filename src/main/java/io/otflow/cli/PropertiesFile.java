package io.otflow.cli;

import io.otflow.codec.InputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Files of Java properties that are not options: how to log in somewhere. */
final class PropertiesFile {

  private PropertiesFile() {}

  /**
   * Reads a file.
   *
   * @param file the file; null: there is none
   * @return its properties
   * @throws InputException if it is malformed
   * @throws IOException if it cannot be read
   */
  static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    if (file != null) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IllegalArgumentException e) {
        throw new InputException(file + ": " + e.getMessage(), e);
      }
    }
    return properties;
  }
}
