package io.otflow.engine;

/** The arithmetic of an engine. */
public enum Precision {
  /** 32 bits throughout. */
  SINGLE,
  /** 64 bits throughout. */
  DOUBLE,
  /**
   * 32 bits, but the products of the trace by tensor cores: each factor the sum of two numbers with
   * ten bits of fraction, nearly as good as {@link #SINGLE}.
   */
  SPLIT_TF32,
  /**
   * 32 bits, but the products of the trace by tensor cores, of factors with ten bits of fraction.
   */
  TF32;

  /**
   * Whether it takes tensor cores.
   *
   * @return true for {@link #SPLIT_TF32} and {@link #TF32}
   */
  public boolean onTensorCores() {
    return this == SPLIT_TF32 || this == TF32;
  }
}
