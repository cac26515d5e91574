package io.otflow.engine;

/** The arithmetic of an engine. */
public enum Precision {
  /** 32 bits throughout. */
  SINGLE,
  /** 64 bits throughout. */
  DOUBLE,
  /**
   * Products of numbers of which each is the sum of two with ten bits of fraction, on tensor cores,
   * summed in 32 bits: nearly the error of {@link #SINGLE}.
   */
  SPLIT_TF32,
  /** Products of numbers with ten bits of fraction, on tensor cores, summed in 32 bits. */
  TF32
}
