package io.otflow.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation, and what stands on it in fixed width.
 *
 * @param path where it is
 * @param blocks fenced blocks, in order
 * @param spans code within sentences
 */
record Page(Path path, List<Block> blocks, List<String> spans) {

  private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");

  /**
   * A fenced block.
   *
   * @param place file and line
   * @param language first word behind the fence
   * @param note second word: what runs its commands, or the name of the file that it shows
   * @param lines what is between the fences
   */
  record Block(String place, String language, String note, List<String> lines) {

    /** Its commands, each on one line. */
    List<String> commands() {
      List<String> commands = new ArrayList<>();
      StringBuilder command = new StringBuilder();
      for (String line : lines) {
        if (line.endsWith("\\")) {
          command.append(line, 0, line.length() - 1);
        } else if (!line.isBlank()) {
          commands.add(command.append(line).toString().replaceAll(" +", " "));
          command.setLength(0);
        }
      }
      return commands;
    }

    boolean isCommands() {
      return language.equals("sh");
    }
  }

  /** Every page: at the top, in docs and in deploy; not the changelog, which tells of the past. */
  static List<Page> all() throws IOException {
    List<Page> pages = new ArrayList<>();
    pages.add(read(Path.of("README.md")));
    pages.add(read(Path.of("CONTRIBUTING.md")));
    for (String folder : List.of("docs", "deploy")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
          pages.add(read(file));
        }
      }
    }
    return pages;
  }

  static Page read(Path path) throws IOException {
    List<Block> blocks = new ArrayList<>();
    StringBuilder prose = new StringBuilder();
    List<String> open = null;
    String[] words = {};
    int number = 0;
    int start = 0;
    for (String line : Files.readAllLines(path)) {
      number++;
      boolean fence = line.strip().startsWith("```");
      if (fence && open == null) {
        words = line.strip().substring(3).split(" ");
        start = number;
        open = new ArrayList<>();
      } else if (fence) {
        blocks.add(new Block(path + ":" + start, words[0], words.length > 1 ? words[1] : "", open));
        open = null;
      } else if (open != null) {
        open.add(line);
      } else {
        prose.append(line).append('\n');
      }
    }
    if (open != null) {
      throw new IOException(path + ":" + start + ": the block has no end");
    }
    List<String> spans = new ArrayList<>();
    Matcher matcher = SPAN.matcher(prose);
    while (matcher.find()) {
      spans.add(matcher.group(1));
    }
    return new Page(path, List.copyOf(blocks), List.copyOf(spans));
  }
}
