package io.otflow.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is wrong with a command line, in one sentence. It names options, but repeats nothing that
 * is, or after a slip of the fingers may be, a property of Kafka's clients: some of those are
 * secret.
 */
final class UsageError {

  private static final Pattern OPTION = Pattern.compile("-+[\\w.-]*");
  private static final Pattern KAFKA = Pattern.compile("-+kafka|kafka\\.");

  private static final double LEAST_SIMILARITY = 0.5;

  private final ParameterException failure;
  private final String[] args;

  /**
   * An error.
   *
   * @param failure what picocli found
   * @param args what it read
   */
  UsageError(ParameterException failure, String... args) {
    this.failure = failure;
    this.args = args.clone();
  }

  String sentence() {
    String message = message();
    return message + (message.endsWith("?") ? " " : "; ") + help();
  }

  private String message() {
    Optional<String> unknown = unknownOption();
    if (unknown.isPresent()) {
      return unknown(unknown.get(), "'" + unknown.get() + "'");
    }
    if (failure instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      return unknown(first.startsWith("-") ? name(first) : first, shown(first));
    }
    if (failure.getArgSpec() != null
        && failure.getArgSpec().isOption()
        && failure.getMessage().contains("KEY=VALUE")) {
      return "properties of Kafka's clients are given as --kafka.KEY=VALUE, one has no '='";
    }
    String text = failure.getMessage();
    for (String arg : args) {
      if (arg.startsWith(KafkaOptions.PREFIX)) {
        text = text.replace(arg, "--kafka.KEY=VALUE");
      }
    }
    return text;
  }

  /** Picocli names missing options before unknown ones; a mistyped name is both. */
  private Optional<String> unknownOption() {
    if (!(failure instanceof MissingParameterException)) {
      return Optional.empty();
    }
    Set<String> known = failure.getCommandLine().getCommandSpec().optionsMap().keySet();
    return Arrays.stream(args)
        .filter(a -> a.startsWith("--") && a.length() > 2)
        .map(UsageError::name)
        .filter(a -> !known.contains(a))
        .findFirst();
  }

  private String unknown(String name, String what) {
    return (name.startsWith("-") || !lists() ? "unknown option or argument " : "unknown command ")
        + what
        + similar(name).map(other -> "; did you mean '" + other + "'?").orElse("");
  }

  /** The option or command that is most like a mistyped name. */
  private Optional<String> similar(String name) {
    JaroWinklerSimilarity similarity = new JaroWinklerSimilarity();
    CommandLine command = failure.getCommandLine();
    Set<String> known =
        name.startsWith("-")
            ? command.getCommandSpec().optionsMap().keySet()
            : command.getSubcommands().keySet();
    return known.stream()
        .max(Comparator.comparingDouble(other -> similarity.apply(name, other)))
        .filter(other -> similarity.apply(name, other) > LEAST_SIMILARITY);
  }

  /** Where to read on. */
  private String help() {
    return lists()
        ? "'otflow help' lists the commands"
        : "'otflow help " + failure.getCommandLine().getCommandName() + "' lists the options";
  }

  /** Whether the mistake is beside the commands, not within one. */
  private boolean lists() {
    CommandLine command = failure.getCommandLine();
    return command.getParent() == null && !command.getSubcommands().isEmpty();
  }

  private String shown(String argument) {
    if (argument.startsWith("-")) {
      return "'" + name(argument) + "'";
    }
    boolean kafka = Arrays.stream(args).anyMatch(a -> KAFKA.matcher(a).lookingAt());
    return kafka
        ? (Arrays.asList(args).indexOf(argument) + 1) + " (a value with spaces needs quotes)"
        : "'" + argument.replaceFirst("(?s)=.*", "") + "'";
  }

  private static String name(String option) {
    Matcher matcher = OPTION.matcher(option);
    return matcher.lookingAt() ? matcher.group() : "-";
  }
}
