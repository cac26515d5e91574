package io.otflow.cli;

import io.otflow.codec.InputException;
import java.time.Duration;
import picocli.CommandLine.ParseResult;

/** Ranges of options. */
final class Checks {

  private Checks() {}

  static void range(String option, long value, long least, long most) {
    if (value < least || value > most) {
      String expected = most == Long.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw new InputException(option + " is " + value + ", expected " + expected);
    }
  }

  /** Refuses options that are given and do nothing here. */
  static void none(ParseResult given, String reason, String... options) {
    for (String option : options) {
      if (given.hasMatchedOption(option)) {
        throw new InputException(option + " " + reason);
      }
    }
  }

  static void positive(String option, Duration value) {
    if (value.toMillis() < 1) {
      throw new InputException(option + " is " + value.toMillis() + " ms, expected at least 1 ms");
    }
  }

  static void share(String option, double value) {
    if (!(value > 0 && value < 1)) {
      throw new InputException(option + " is " + value + ", expected over 0, under 1");
    }
  }
}
