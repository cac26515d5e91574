package io.otflow.engine;

import java.io.Serializable;

/**
 * Which engine is to score, and how.
 *
 * @param name one of {@link Engines#NAMES}
 * @param integration the discretization
 * @param precision the arithmetic
 */
public record EngineChoice(String name, Integration integration, Precision precision)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * An engine in single precision.
   *
   * @param name one of {@link Engines#NAMES}
   * @param integration the discretization
   * @return the choice
   */
  public static EngineChoice of(String name, Integration integration) {
    return new EngineChoice(name, integration, Precision.SINGLE);
  }
}
