package io.otflow.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.otflow.cli.CommandLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every command that the documentation shows is one that somebody runs, and one that can be typed.
 */
class DocumentedCommandsTest {

  /** What stands behind the fence of commands, and who runs them. */
  private static final Set<String> RUNNERS =
      Set.of(
          // DocumentedCommandsITCase
          "",
          // DocumentedCommandsITCase where -Dotflow.docs.long=true is given: they take minutes
          "long",
          // the build of which this is a test
          "build",
          // deploy/try-compose, which reads them where they stand
          "docker",
          // what they name is read by KubernetesTest; there is no cluster here
          "kubernetes");

  private static final Set<String> OTHER_LANGUAGES = Set.of("json", "properties", "text");

  /** A command in a sentence: a program, and at least one word more. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(bin/otflow|otflow|mvn|flink|docker|kubectl|openssl|kafka-\\S+\\.sh|deploy/\\S+) .*");

  private static final Pattern TEST_NAMES = Pattern.compile("-D(?:it\\.)?test=(\\S+)");

  /** What deploy/try-compose takes from a block: the beginning of a command. */
  private static final Pattern READ = Pattern.compile("documented \"([^\"]+)\"");

  private static final Pattern FILES = Pattern.compile("(?:-f |--from-file=)(\\S+)");

  private static List<Page> pages;
  private static List<String> commands;

  @BeforeAll
  static void read() throws IOException {
    pages = Page.all();
    commands = blocks().filter(Page.Block::isCommands).flatMap(b -> b.commands().stream()).toList();
  }

  private static Stream<Page.Block> blocks() {
    return pages.stream().flatMap(page -> page.blocks().stream());
  }

  @Test
  void everyBlockSaysWhatItIsAndWhoRunsIt() {
    assertThat(commands).hasSizeGreaterThan(30);
    assertThat(blocks())
        .allSatisfy(
            block -> {
              if (block.isCommands()) {
                assertThat(RUNNERS).as(block.place()).contains(block.note());
              } else {
                assertThat(OTHER_LANGUAGES).as(block.place()).contains(block.language());
              }
            });
  }

  @Test
  void theCommandLineTakesWhatIsShownOfIt() {
    assertThat(commands.stream().filter(c -> c.startsWith("bin/otflow ")))
        .isNotEmpty()
        .allSatisfy(DocumentedCommandsTest::assertParses);
  }

  private static void assertParses(String command) {
    String[] words = command.replaceAll("\\s+#.*", "").split("\\s+");
    assertThatCode(() -> CommandLines.parse(Arrays.asList(words).subList(1, words.length)))
        .as(command)
        .doesNotThrowAnyException();
  }

  @Test
  void commandsInSentencesAreThoseOfABlockOrCanBeParsed() {
    assertThat(
            pages.stream()
                .flatMap(page -> page.spans().stream())
                .filter(span -> COMMAND.matcher(span).matches()))
        .isNotEmpty()
        .allSatisfy(
            span -> {
              String typed = span.startsWith("otflow ") ? "bin/" + span : span;
              if (commands.stream().noneMatch(command -> command.startsWith(typed))) {
                assertThat(span).matches("(bin/)?otflow .*");
                assertParses(span);
              }
            });
  }

  @Test
  void testsThatAreNamedExist() throws IOException {
    Set<String> tests;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      tests =
          files
              .map(f -> f.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
    }
    for (String command : commands) {
      Matcher matcher = TEST_NAMES.matcher(command);
      while (matcher.find()) {
        String glob = matcher.group(1).replace("'", "").replace("*", ".*");
        assertThat(tests).as(command).anyMatch(name -> name.matches(glob));
      }
    }
  }

  @Test
  void manifestsThatAreAppliedExist() {
    List<String> applied =
        blocks()
            .filter(b -> b.note().equals("kubernetes"))
            .flatMap(b -> b.commands().stream())
            .flatMap(c -> FILES.matcher(c).results().map(found -> found.group(1)))
            .filter(file -> file.contains("/"))
            .toList();
    assertThat(applied).hasSizeGreaterThan(2).allMatch(file -> Files.exists(Path.of(file)));
  }

  @Test
  void theScriptThatTriesComposeReadsItsCommandsFromThePage() throws IOException {
    String script = Files.readString(Path.of("deploy/try-compose"));
    assertThat(script).contains("/^```sh docker/").contains("README.md");
    List<String> read = READ.matcher(script).results().map(found -> found.group(1)).toList();
    assertThat(blocks().filter(b -> b.note().equals("docker")))
        .isNotEmpty()
        .allSatisfy(
            block -> {
              assertThat(block.place()).startsWith("README.md");
              assertThat(block.commands())
                  .allMatch(command -> read.stream().anyMatch(command::startsWith));
            });
  }
}
