package io.otflow.cli;

import io.otflow.codec.InputException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Options from a file of Java properties: {@code batch-size = 512} stands for {@code --batch-size
 * 512}. What is wrong is reported with the file and the line.
 */
final class ConfigFile {

  private static final String KAFKA = "kafka.";

  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @param command the command whose options it may hold; each line is tried on it
   * @return its entries as arguments, by option name
   * @throws InputException if it is not text, a key is unknown or a value wrong
   * @throws IOException if it cannot be read
   */
  static Map<String, String> read(Path file, CommandLine command) throws IOException {
    Map<String, String> arguments = new LinkedHashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new InputException(file + " is not text in UTF-8", e);
    }
    for (int i = 0; i < lines.size(); ) {
      int start = i;
      List<String> logical = new ArrayList<>();
      do {
        logical.add(lines.get(i));
      } while (continued(lines.get(i++)) && i < lines.size());
      Properties entry = new Properties();
      try {
        entry.load(new StringReader(String.join("\n", logical)));
      } catch (IllegalArgumentException e) {
        throw new InputException(file + ":" + (start + 1) + ": " + e.getMessage(), e);
      }
      for (String key : entry.stringPropertyNames()) {
        String argument = argument(file, start + 1, key, entry.getProperty(key).strip(), command);
        arguments.put("--" + key, argument);
      }
    }
    return arguments;
  }

  private static boolean continued(String line) {
    int slashes = 0;
    while (slashes < line.length() && line.charAt(line.length() - 1 - slashes) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1 && !line.strip().startsWith("#") && !line.strip().startsWith("!");
  }

  private static String argument(
      Path file, int line, String key, String value, CommandLine command) {
    String place = file + ":" + line + ": ";
    boolean known = command.getCommandSpec().findOption("--" + key) != null;
    boolean nested = key.equals("config") || key.equals("help") || key.equals("version");
    if (nested || (!known && !key.startsWith(KAFKA))) {
      // Alone on its line it may be what belongs to the line before.
      throw new InputException(
          place
              + (value.isEmpty() ? "unknown key" : "unknown key '" + key + "'")
              + "; keys are the options' names without dashes");
    }
    String argument = "--" + key + "=" + value;
    String[] args = KafkaOptions.rewrite(argument);
    try {
      command.parseArgs(args);
    } catch (ParameterException e) {
      throw new InputException(place + new UsageError(e, args).sentence());
    }
    return argument;
  }
}
