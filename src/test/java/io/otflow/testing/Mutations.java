package io.otflow.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws hostile inputs for a decoder: valid ones that were damaged, and random bytes. The same
 * random numbers give the same input.
 */
public final class Mutations {

  /** Zigzag varints that claim more than any input has: as lengths, counts, sizes and indexes. */
  private static final List<byte[]> NUMBERS =
      List.of(
          varint(Integer.MAX_VALUE),
          varint(Integer.MIN_VALUE),
          varint(1L << 31),
          varint(1L << 62),
          varint(Long.MAX_VALUE),
          varint(Long.MIN_VALUE),
          varint(-1),
          varint(-2),
          varint(-1000),
          varint(0),
          varint(1),
          varint(3),
          varint(1 << 20),
          run((byte) 0xFF, 11),
          new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F, 0, 0, 0, 0},
          new byte[] {0, 0, (byte) 0xC0, 0x7F},
          new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xF0, 0x7F});

  private static final int LONGEST_RUN = 1 << 14;

  private final List<byte[]> valid;
  private final List<byte[]> tokens;

  /**
   * Mutations of a format.
   *
   * @param valid what they start from
   * @param words what means something in the format, to be put anywhere
   */
  public Mutations(List<byte[]> valid, String... words) {
    this.valid = valid;
    tokens = new ArrayList<>(NUMBERS);
    for (String word : words) {
      tokens.add(word.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** One input. One in sixteen is random bytes, the others are valid ones with 1 to 8 damages. */
  public byte[] draw(SplittableRandom random) {
    if (random.nextInt(16) == 0) {
      return bytes(random, 1 << random.nextInt(10));
    }
    byte[] input = one(valid, random);
    int damages = 1 << random.nextInt(4);
    for (int i = random.nextInt(damages); i >= 0; i--) {
      input = damaged(input, random);
    }
    return input;
  }

  private byte[] damaged(byte[] in, SplittableRandom random) {
    int from = random.nextInt(in.length + 1);
    int to = Math.min(in.length, from + random.nextInt(1 << random.nextInt(9)));
    return switch (random.nextInt(13)) {
      case 0, 1 -> flipped(in, from, random.nextInt(Byte.SIZE));
      case 2 -> replaced(in, from, Math.min(from + 1, in.length), bytes(random, 2));
      case 3 -> replaced(in, from, from, bytes(random, 1 << random.nextInt(6)));
      case 4 -> replaced(in, from, to, new byte[0]);
      case 5 -> Arrays.copyOf(in, from);
      case 6 -> replaced(in, to, to, Arrays.copyOfRange(in, from, to));
      case 7 -> spliced(in, from, random);
      case 8, 9 -> replaced(in, from, endOfVarint(in, from), one(NUMBERS, random));
      case 10 -> replaced(in, from, from, one(tokens, random));
      case 11 -> replaced(in, from, to, one(tokens, random));
      default -> random.nextInt(8) == 0 ? swollen(in, from, random) : in.clone();
    };
  }

  private static byte[] flipped(byte[] in, int at, int bit) {
    byte[] out = in.clone();
    if (at < out.length) {
      out[at] ^= (byte) (1 << bit);
    }
    return out;
  }

  private byte[] spliced(byte[] in, int from, SplittableRandom random) {
    byte[] other = one(valid, random);
    int start = random.nextInt(other.length + 1);
    return replaced(in, from, in.length, Arrays.copyOfRange(other, start, other.length));
  }

  /** Puts in one token many times over. */
  private byte[] swollen(byte[] in, int from, SplittableRandom random) {
    byte[] token = random.nextBoolean() ? bytes(random, 2) : one(tokens, random);
    int length = random.nextInt(LONGEST_RUN);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (token.length > 0 && out.size() < length) {
      out.writeBytes(token);
    }
    return replaced(in, from, from, out.toByteArray());
  }

  private static byte[] replaced(byte[] in, int from, int to, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(in, 0, from);
    out.writeBytes(by);
    out.write(in, to, in.length - to);
    return out.toByteArray();
  }

  private static int endOfVarint(byte[] in, int from) {
    int to = from;
    while (to < in.length && in[to++] < 0) {}
    return to;
  }

  private static byte[] bytes(SplittableRandom random, int bound) {
    byte[] bytes = new byte[random.nextInt(bound)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] one(List<byte[]> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }

  private static byte[] run(byte value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, value);
    return bytes;
  }

  /** Avro's integer: zigzag, seven bits a byte, the lowest first. */
  public static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long raw = (value << 1) ^ (value >> 63);
    for (; (raw & ~0x7FL) != 0; raw >>>= 7) {
      out.write((int) (raw & 0x7F) | 0x80);
    }
    out.write((int) raw);
    return out.toByteArray();
  }
}
