package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.InputException;
import io.otflow.testing.Fuzz;
import io.otflow.testing.Mutations;
import io.otflow.testing.ReusedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigFileFuzzTest {

  /**
   * Every line of it is parsed as a command line of its own, which costs as much as a whole one.
   */
  private static final Fuzz FUZZ =
      new Fuzz("ConfigFile", InputException.class, 512 << 10, 32 << 10);

  private static final List<byte[]> FILES =
      List.of(
          """
          # how to score
          mode = score
          batch-size=512
          bootstrap-servers: broker-1:9092,\\
              broker-2:9092
          """
              .getBytes(StandardCharsets.UTF_8),
          """
          ! properties of the clients
          kafka.security.protocol=SSL
          kafka.ssl.key\\ 1=\\u0061b\\tc
          parallelism 2
          """
              .getBytes(StandardCharsets.UTF_8),
          "group-id=g\r\ndelivery=at-least-once\rjob-name=ü\n".getBytes(StandardCharsets.UTF_8));

  private static final String[] WORDS = {
    "\\",
    "\\\n",
    "\\u",
    "\\u12",
    "\\uD800",
    "\\uZZZZ",
    "\\u0000",
    "=",
    ":",
    "#",
    "!",
    " ",
    "\t",
    "\f",
    "\n",
    "\r",
    "\0",
    "\uFEFF",
    "\"",
    "'",
    "@",
    "@file",
    "--",
    "-",
    "--kafka.",
    "kafka.",
    "kafka.=",
    "mode",
    "help",
    "version",
    "config=x",
    "parallelism=",
    "${sys:user.home}",
    "${",
    ",",
    "model=\0",
    "window",
    "1e9",
    "-1",
    "true",
    "\u2028",
    "\u00A0"
  };

  private static final CommandLine COMMAND = new CommandLine(new JobCommand());

  private static ReusedFile file;

  @Test
  void filesAreReadOrRefused() {
    FUZZ.run(
        1,
        20260613,
        new Mutations(FILES, WORDS),
        bytes -> ConfigFile.read(file.holding(bytes), COMMAND),
        ConfigFileFuzzTest::isArguments);
  }

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    file = new ReusedFile(folder.resolve("job.properties"));
  }

  @AfterAll
  static void report() throws IOException {
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.WARN);
    file.close();
    FUZZ.report();
  }

  /** What a file stands for is a command line. */
  private static void isArguments(Map<String, String> arguments) {
    COMMAND.parseArgs(KafkaOptions.rewrite(arguments.values().toArray(String[]::new)));
    Map<String, String> kafka = COMMAND.getCommandSpec().findOption(KafkaOptions.PREFIX).getValue();
    arguments.forEach(
        (name, argument) -> {
          assertThat(argument).startsWith(name + "=");
          if (name.startsWith(KafkaOptions.PREFIX) && !name.contains("=")) {
            assertThat(kafka)
                .containsEntry(
                    name.substring(KafkaOptions.PREFIX.length()),
                    argument.substring(name.length() + 1));
          }
        });
  }
}
