package io.otflow.testing;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Runs a decoder on hostile inputs. Each input must decode or be refused by the one exception that
 * is documented, with a message that is neither empty nor long, and allocate no more than a
 * constant and a multiple of its own length. {@code -Dotflow.fuzz.tries=1000000} tries more of
 * them.
 */
public final class Fuzz {

  /** What is tried. */
  @FunctionalInterface
  public interface Decoder<T> {
    T decode(byte[] input) throws Exception;
  }

  /** What must hold of everything that decodes. */
  @FunctionalInterface
  public interface Check<T> {
    void check(T decoded) throws Exception;
  }

  /** Inputs that a decoder is tried on by default. */
  private static final int TRIES = Integer.getInteger("otflow.fuzz.tries", 10_000);

  private static final int LONGEST_MESSAGE = 2000;
  private static final int LONGEST_HEX = 2000;
  private static final int BATCH = 1000;
  private static final int REPEATS = 4;
  private static final Duration HANGS = Duration.ofMinutes(2);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String name;
  private final Class<? extends Exception> refusal;
  private final long allowed;
  private final long allowedPerByte;
  private long inputs;
  private long decoded;
  private long largest;

  /**
   * The terms of a decoder.
   *
   * @param name the decoder
   * @param refusal the exception that is documented
   * @param allowed bytes that one call may allocate, whatever its input
   * @param allowedPerByte bytes that it may allocate for each byte of the input
   */
  public Fuzz(String name, Class<? extends Exception> refusal, long allowed, long allowedPerByte) {
    this.name = name;
    this.refusal = refusal;
    this.allowed = allowed;
    this.allowedPerByte = allowedPerByte;
  }

  /**
   * Tries a share of the inputs.
   *
   * @param share in (0, 1]
   * @param seed of the inputs
   */
  public <T> void run(
      double share, long seed, Mutations mutations, Decoder<T> decoder, Check<T> check) {
    long tries = Math.round(share * TRIES);
    for (long start = 0; start < tries; start += BATCH) {
      long first = start;
      long last = Math.min(tries, start + BATCH);
      assertTimeoutPreemptively(
          HANGS,
          () -> {
            for (long i = first; i < last; i++) {
              byte[] input = mutations.draw(new SplittableRandom(seed * 1_000_003 + i));
              tryOne("input " + i + " of seed " + seed, input, decoder, check);
            }
          });
    }
  }

  /** Tries one input that was made for it. */
  public <T> void run(String what, byte[] input, Decoder<T> decoder, Check<T> check) {
    assertTimeoutPreemptively(HANGS, () -> tryOne(what, input, decoder, check));
  }

  private <T> void tryOne(String what, byte[] input, Decoder<T> decoder, Check<T> check) {
    inputs++;
    try {
      Outcome<T> outcome = outcome(input, decoder);
      long bytes = outcome.bytes();
      long most = allowed + allowedPerByte * input.length;
      // The first calls of a kind pay for classes and call sites too.
      for (int again = 0; bytes > Math.min(most, largest) && again < REPEATS; again++) {
        bytes = Math.min(bytes, outcome(input, decoder).bytes());
      }
      largest = Math.max(largest, bytes);
      require(
          bytes <= most,
          "allocated " + bytes + " bytes for " + input.length + ", more than " + most);
      if (outcome.refused() == null) {
        decoded++;
        check.check(outcome.value());
      } else {
        refused(outcome.refused());
      }
    } catch (Throwable e) {
      String hex = HexFormat.of().formatHex(input, 0, Math.min(input.length, LONGEST_HEX));
      throw new AssertionError(name + ", " + what + ", " + hex + ": " + e.getMessage(), e);
    }
  }

  private record Outcome<T>(T value, Exception refused, long bytes) {}

  private <T> Outcome<T> outcome(byte[] input, Decoder<T> decoder) throws Exception {
    T value = null;
    Exception refused = null;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      value = decoder.decode(input);
    } catch (Exception e) {
      if (!refusal.isInstance(e)) {
        throw e;
      }
      refused = e;
    }
    return new Outcome<>(value, refused, THREADS.getCurrentThreadAllocatedBytes() - before);
  }

  private static void refused(Exception e) {
    String message = e.getMessage();
    require(message != null && !message.isBlank(), "no message");
    require(!message.endsWith(": null"), "message: " + message);
    require(message.length() <= LONGEST_MESSAGE, "a message of " + message.length());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** One line on what was tried; fails where many inputs were all good or all bad. */
  public void report() {
    System.out.println(
        name
            + ": "
            + inputs
            + " inputs, "
            + decoded
            + " decoded, at most "
            + largest
            + " bytes allocated");
    require(
        inputs < BATCH || (decoded > 0 && decoded < inputs),
        name + " decoded " + decoded + " of " + inputs);
  }
}
