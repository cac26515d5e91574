package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code docs/options.md} is what the options' definitions say. {@code -Dotflow.docs.write=true}
 * writes it.
 */
class OptionReferenceTest {

  private static final Path REFERENCE = Path.of("docs", "options.md");

  private static String reference() {
    StringBuilder text =
        new StringBuilder(
            """
            # Options

            What `bin/otflow COMMAND --help` says, of every command. Written from the options' definitions by
            `OptionReferenceTest`, which fails where this page differs.
            """);
    CommandLine main = new CommandLine(new Main());
    main.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!name.equals("help")) {
                describe(text, name, command);
              }
            });
    return text.toString();
  }

  private static void describe(StringBuilder text, String name, CommandLine command) {
    text.append("\n## ").append(name).append("\n\n");
    text.append(String.join(" ", command.getCommandSpec().usageMessage().description()));
    text.append("\n\n| option | |\n|---|---|\n");
    Help help = command.getHelp();
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (option.hidden() || option.usageHelp() || option.versionHelp()) {
        continue;
      }
      Help.IOptionRenderer renderer = help.createDefaultOptionRenderer();
      Ansi.Text[][] rows =
          renderer.render(option, help.parameterLabelRenderer(), Help.defaultColorScheme(Ansi.OFF));
      text.append("| `")
          .append(escaped(rows[0][3].toString()))
          .append("`")
          .append(option.required() ? " (required)" : "")
          .append(" | ")
          .append(description(rows))
          .append(" |\n");
    }
  }

  private static String description(Ansi.Text[][] rows) {
    StringBuilder text = new StringBuilder();
    for (Ansi.Text[] row : rows) {
      text.append(row[4].toString().strip()).append(' ');
    }
    return escaped(text.toString().strip());
  }

  /** A bar ends a cell of a table, also within code. */
  private static String escaped(String cell) {
    return cell.replace("|", "\\|");
  }

  @Test
  void thePageIsWhatTheDefinitionsSay() throws IOException {
    String reference = reference();
    if (Boolean.getBoolean("otflow.docs.write")) {
      Files.writeString(REFERENCE, reference);
    }
    assertThat(Files.readString(REFERENCE)).isEqualTo(reference);
    assertThat(List.of("fit", "job", "watch", "simulate"))
        .allSatisfy(command -> assertThat(reference).contains("\n## " + command + "\n"));
  }
}
