package io.otflow.engine;

/** The arithmetic of an engine. */
public enum Precision {
  /** 32 bits throughout. */
  SINGLE,
  /** 64 bits throughout. */
  DOUBLE
}
