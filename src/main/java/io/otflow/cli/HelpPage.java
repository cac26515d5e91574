package io.otflow.cli;

import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help: commands by what they are for; options by what they concern, the most used ones first. */
final class HelpPage {

  /** Every command, by what it is for. */
  static final Map<String, List<String>> COMMANDS = commands();

  private static final String OWN = "Options";

  private HelpPage() {}

  private static Map<String, List<String>> commands() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put("Start here", List.of("demo", "fit", "score", "job"));
    groups.put("Files", List.of("evaluate", "replay", "sample", "import", "export"));
    groups.put("Kafka", List.of("produce", "consume", "simulate"));
    groups.put("Operate", List.of("watch", "rollback", "pin", "unpin"));
    groups.put("Measure", List.of("bench", "soak"));
    groups.put("Help", List.of("help", "completion"));
    return groups;
  }

  /**
   * Sets it up.
   *
   * @param root the command of all commands, or one command alone
   * @return the same
   */
  static CommandLine of(CommandLine root) {
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpPage::commandList);
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpPage::optionList);
    root.getSubcommands()
        .values()
        .forEach(
            command -> {
              command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
              command
                  .getHelpSectionMap()
                  .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpPage::optionList);
            });
    return root;
  }

  private static String commandList(Help help) {
    Map<String, Help> commands = help.subcommands();
    if (commands.isEmpty()) {
      return "";
    }
    int width = 4 + commands.keySet().stream().mapToInt(String::length).max().orElse(0);
    int rest = help.commandSpec().usageMessage().width() - width;
    StringBuilder text = new StringBuilder();
    COMMANDS.forEach(
        (group, names) -> {
          text.append(String.format("%n%s:%n", group));
          TextTable table = TextTable.forColumnWidths(help.colorScheme(), width, rest);
          for (String name : names) {
            table.addRowValues("  " + name, summary(commands.get(name).commandSpec()));
          }
          text.append(table);
        });
    return text.toString();
  }

  /** What comes before the first full stop, semicolon or colon of what it does. */
  private static String summary(CommandSpec command) {
    UsageMessageSpec usage = command.usageMessage();
    String text =
        String.join(" ", usage.header().length > 0 ? usage.header() : usage.description());
    return text.replaceFirst("(?s)[.:;](\\s.*)?$", ".");
  }

  private static String optionList(Help help) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    CommandSpec command = help.commandSpec();
    List<String> most = mostUsed(command);
    if (!most.isEmpty()) {
      groups.put(
          "Most used",
          most.stream().map(name -> command.optionsMap().get(name)).collect(Collectors.toList()));
      groups.put(OWN, new ArrayList<>());
    }
    for (OptionSpec option : command.options()) {
      if (!option.hidden() && Arrays.stream(option.names()).noneMatch(most::contains)) {
        groups.computeIfAbsent(heading(option), key -> new ArrayList<>()).add(option);
      }
    }
    groups.values().removeIf(List::isEmpty);
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (heading, options) -> {
          if (groups.size() > 1) {
            text.append(String.format("%n%s:%n", heading));
          }
          text.append(list(help, options));
        });
    return text.toString();
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
    layout.addOptions(options, help.parameterLabelRenderer());
    return layout.toString();
  }

  private static List<String> mostUsed(CommandSpec command) {
    MostUsed most =
        command.userObject() == null
            ? null
            : command.userObject().getClass().getAnnotation(MostUsed.class);
    return most == null ? List.of() : List.of(most.value());
  }

  private static String heading(OptionSpec option) {
    if (option.userObject() instanceof Member member) {
      Heading heading = member.getDeclaringClass().getAnnotation(Heading.class);
      return heading == null ? OWN : heading.value();
    }
    return OWN;
  }
}
