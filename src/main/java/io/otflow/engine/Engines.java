package io.otflow.engine;

import java.util.List;

/** Picks an engine by name, once, and says which and why. */
public final class Engines {

  /** The name that lets this class pick. */
  public static final String AUTO = "auto";

  /** All names that can be asked for. */
  public static final List<String> NAMES = List.of(AUTO, "reference", "simd");

  private Engines() {}

  /**
   * Creates an engine.
   *
   * @param name one of {@link #NAMES}
   * @param integration the discretization
   * @return the engine, without a model
   * @throws IllegalArgumentException if the name is unknown, or if that engine cannot run here; the
   *     message says what to do
   */
  @SuppressWarnings("DoNotCallSuggester")
  public static LikelihoodEngine create(String name, Integration integration) {
    throw new IllegalArgumentException(
        "engine '" + name + "' is unknown, expected one of " + NAMES);
  }
}
