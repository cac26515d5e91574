package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a shell proposes, asked as it asks when TAB is pressed; without a line that is edited, bash
 * complains about {@code compopt}.
 */
class CompletionTest {

  @TempDir private Path folder;

  @Test
  void commandsOptionsAndValuesAreCompleted() throws IOException, InterruptedException {
    CliRun run = CliRun.of("completion");
    assertThat(run.code()).as(run.err()).isZero();
    Path script = Files.writeString(folder.resolve("otflow_completion"), run.out());
    assertThat(proposed(script, "otflow", "ev")).containsExactly("evaluate");
    assertThat(proposed(script, "bin/otflow", "roll")).containsExactly("rollback");
    assertThat(proposed(script, "otflow", "fit", "--wid")).containsExactly("--width");
    assertThat(proposed(script, "otflow", "score", "--engine", ""))
        .contains("auto", "simd", "cuda");
    assertThat(proposed(script, "otflow", "score", "--precision", "")).contains("single", "tf32");
    assertThat(proposed(script, "otflow", "job", "--mode", "sc"))
        .containsExactly("score+train", "score");
    assertThat(proposed(script, "otflow", "job", "--input-format", ""))
        .containsExactly("avro", "json", "csv");
    assertThat(proposed(script, "otflow", "job", "--output-format", ""))
        .containsExactly("avro", "json");
    assertThat(proposed(script, "otflow", "job", "--warm-up", "")).containsExactly("pass", "hold");
  }

  /** The script names the values of an option by its label, so two of a label would share them. */
  @Test
  void optionsWithValuesHaveLabelsOfTheirOwn() {
    for (CommandLine command : new CommandLine(new Main()).getSubcommands().values()) {
      assertThat(
              command.getCommandSpec().options().stream()
                  .filter(option -> option.completionCandidates() != null)
                  .map(OptionSpec::paramLabel)
                  .toList())
          .as(command.getCommandName())
          .doesNotHaveDuplicates();
    }
  }

  private static List<String> proposed(Path script, String... words)
      throws IOException, InterruptedException {
    Command shell =
        Command.run(
            List.of(
                "bash",
                "-c",
                "source '%s'; complete -p otflow >/dev/null || exit 9; COMP_WORDS=(%s);"
                        .formatted(script, quoted(words))
                    + " COMP_CWORD=%d; _complete_otflow 2>/dev/null; printf '%%s\\n' \"${COMPREPLY[@]}\""
                        .formatted(words.length - 1)));
    assertThat(shell.code()).as(shell.text()).isZero();
    return shell.text().lines().map(String::strip).toList();
  }

  private static String quoted(String... words) {
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      text.append('\'').append(word).append("' ");
    }
    return text.toString();
  }
}
