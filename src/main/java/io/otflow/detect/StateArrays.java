package io.otflow.detect;

/** Checks of numbers that come back from a checkpoint, and of settings. */
final class StateArrays {

  /** Largest count that a double holds exactly, 2^53. */
  private static final double MAX_COUNT = 0x1p53;

  private StateArrays() {}

  /** Refuses a state that is of another length or format than {@code owner} writes. */
  static void requireFormat(double[] state, String owner, int format, int length) {
    if (state.length != length) {
      throw new IllegalArgumentException(
          "state of " + owner + " has length " + state.length + ", expected " + length);
    }
    requireSame(state, owner, 0, "format", format);
  }

  /** Refuses a state in which a number is another one than {@code owner} was made with. */
  static void requireSame(double[] state, String owner, int index, String what, double expected) {
    if (!(state[index] == expected)) {
      throw new IllegalArgumentException(
          "state of " + owner + " has " + what + " " + state[index] + ", expected " + expected);
    }
  }

  /** A count of a state, at most {@code max}. */
  static long count(double[] state, String owner, int index, String what, double max) {
    double value = state[index];
    double bound = Math.min(max, MAX_COUNT);
    if (!(value >= 0 && value <= bound && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          "state of %s has %s %s, expected a whole number in [0, %s]"
              .formatted(owner, what, value, bound));
    }
    return (long) value;
  }

  /** Refuses numbers from {@code start} on that are negative, NaN or above {@code max}. */
  static void requireBounded(double[] state, String owner, int start, double max) {
    for (int i = start; i < state.length; i++) {
      if (!(state[i] >= 0 && state[i] <= max)) {
        throw new IllegalArgumentException(
            "state of %s has %s at index %d, expected a number in [0, %s]"
                .formatted(owner, state[i], i, max));
      }
    }
  }

  /** A share strictly between 0 and 1. */
  static double openShare(String what, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(what + " is " + value + ", expected a number in (0, 1)");
    }
    return value;
  }

  /** A p-value that is a number. */
  static double number(double pValue) {
    if (Double.isNaN(pValue)) {
      throw new IllegalArgumentException("p-value is NaN, expected a number in [0, 1]");
    }
    return pValue;
  }
}
