package io.otflow.flink;

/** Hashes that stand in for random numbers where a replay must give the same ones. */
final class Hashing {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Hashing() {}

  /** SplitMix64's finalizer: a bijection of 64 bits in which every bit depends on every other. */
  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Hash of two values, in this order. */
  static long mix(long first, long second) {
    return mix(mix(first + GOLDEN) ^ (second + GOLDEN));
  }

  /** Sampling priority of a record of Kafka. */
  static long priority(long seed, String topic, int partition, long offset) {
    return mix(mix(mix(seed, topic.hashCode()), partition), offset);
  }
}
