package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.engine.EngineChoice;
import io.otflow.engine.EngineUnavailableException;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.Precision;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** How log-likelihoods are computed, shared by every command that scores. */
@Heading("Scoring")
public final class ScoringOptions {

  /** The engines' names, for picocli. */
  static final class EngineNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Engines.NAMES.iterator();
    }
  }

  /** The precisions' names, in lower case, for picocli. */
  static final class PrecisionNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words(Precision.values()).iterator();
    }
  }

  /** The integrators' names, in lower case, for picocli. */
  static final class IntegratorNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words(Integrator.values()).iterator();
    }
  }

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      completionCandidates = EngineNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String engine = Engines.AUTO;

  @Option(
      names = "--integrator",
      paramLabel = "INTEGRATOR",
      completionCandidates = IntegratorNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String integrator = Choices.word(Integrator.ADAPTIVE);

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Runge-Kutta steps; adaptive begins with half as many, of a higher order; 0 takes those"
              + " that the model was trained with (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description =
          "Nodes of the trace with the quadrature integrator (default: ${DEFAULT-VALUE}).")
  private int nodes = Integration.DEFAULT_NODES;

  @Option(
      names = "--tolerance",
      paramLabel = "NATS",
      description =
          "Error of the log-likelihood that an event should stay under with the adaptive integrator"
              + " (default: ${DEFAULT-VALUE}).")
  private double tolerance = Integration.DEFAULT_TOLERANCE;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      completionCandidates = PrecisionNames.class,
      description =
          "One of ${COMPLETION-CANDIDATES}; double is slow and for comparison, the last two take the"
              + " tensor cores of a GPU (default: ${DEFAULT-VALUE}).")
  private String precision = Choices.word(Precision.SINGLE);

  /** For picocli. */
  public ScoringOptions() {}

  /**
   * The engine that is asked for.
   *
   * @return name, discretization and arithmetic
   * @throws InputException if a value is out of its range, or if the engine has no such integrator
   */
  public EngineChoice choice() {
    return new EngineChoice(engine(), integration(), precision());
  }

  /**
   * The arithmetic.
   *
   * @return the arithmetic
   * @throws InputException if there is none of that name
   */
  public Precision precision() {
    return named("--precision", precision, Precision.values());
  }

  /**
   * The engine's name.
   *
   * @return one of {@link Engines#NAMES}
   * @throws InputException if it is none of them
   */
  public String engine() {
    if (!Engines.NAMES.contains(engine)) {
      throw new InputException(
          "--engine is '" + engine + "', expected one of " + String.join(", ", Engines.NAMES));
    }
    return engine;
  }

  /**
   * The discretization.
   *
   * @return the discretization
   * @throws InputException if a value is out of its range, or if the engine has no such integrator
   */
  public Integration integration() {
    Integrator known = named("--integrator", integrator, Integrator.values());
    requireIntegrator(known);
    try {
      return new Integration(known, steps, nodes, tolerance);
    } catch (IllegalArgumentException e) {
      throw new InputException("--" + e.getMessage(), e);
    }
  }

  private void requireIntegrator(Integrator known) {
    try {
      Engines.requireIntegrator(engine(), known);
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  /**
   * Whether the integrator estimates its errors.
   *
   * @return true for adaptive
   * @throws InputException if a value is out of its range
   */
  public boolean estimatesErrors() {
    return integration().integrator() == Integrator.ADAPTIVE;
  }

  /**
   * Creates the engine.
   *
   * @return the engine, without a model
   * @throws InputException if it cannot do what is asked for; the message says what to do
   * @throws EngineUnavailableException if it cannot run here; the message says what to do
   */
  public LikelihoodEngine createEngine() {
    return create(choice());
  }

  /**
   * Refuses an engine that cannot run here, before anything else is done.
   *
   * @throws InputException if it cannot do what is asked for; the message says what to do
   * @throws EngineUnavailableException if it cannot run here; the message says what to do
   */
  void requireEngine() {
    create(new EngineChoice(engine(), Integration.rk4(0), precision())).close();
  }

  private static LikelihoodEngine create(EngineChoice choice) {
    try {
      return Engines.create(choice, OptionalInt.empty());
    } catch (EngineUnavailableException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private static <E extends Enum<E>> E named(String option, String text, E[] values) {
    for (E value : values) {
      if (Choices.word(value).equals(text.toLowerCase(Locale.ROOT))) {
        return value;
      }
    }
    throw new InputException(
        option + " is '" + text + "', expected one of " + String.join(", ", words(values)));
  }

  private static List<String> words(Enum<?>[] values) {
    return Arrays.stream(values).map(Choices::word).toList();
  }
}
