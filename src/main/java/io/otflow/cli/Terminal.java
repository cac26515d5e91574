package io.otflow.cli;

/**
 * What of the process's streams is a terminal, as the launcher has found: a library that asked for
 * it would take over Ctrl-C.
 */
final class Terminal {

  private static final int NARROWEST = 40;
  private static final int USUAL_COLUMNS = 80;

  private Terminal() {}

  /** Whether somebody sees what is written to stderr, as it comes. */
  static boolean watchesStderr() {
    return Boolean.getBoolean("otflow.terminal");
  }

  /** Whether somebody sees what is written to stdout, as it comes. */
  static boolean watchesStdout() {
    return Boolean.getBoolean("otflow.terminal.out");
  }

  /** Whether somebody can type. */
  static boolean types() {
    return Boolean.getBoolean("otflow.terminal.in");
  }

  /** Its width, characters. */
  static int columns() {
    int columns = Integer.getInteger("otflow.columns", USUAL_COLUMNS);
    return columns < NARROWEST ? USUAL_COLUMNS : columns;
  }
}
