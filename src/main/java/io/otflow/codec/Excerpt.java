package io.otflow.codec;

/**
 * A message that may quote input: short enough for a log or a dead letter, however long what it
 * quotes. Its start tells the place, its end what was expected; the middle is left out.
 */
final class Excerpt {

  private static final int START = 1200;
  private static final int END = 400;

  private Excerpt() {}

  static String of(String message) {
    if (message == null || message.length() <= START + END) {
      return message;
    }
    int end = message.length() - END;
    return message.substring(0, START)
        + " ... ("
        + (end - START)
        + " characters left out) ... "
        + message.substring(end);
  }
}
