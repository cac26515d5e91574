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
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** How log-likelihoods are computed, shared by every command that scores. */
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
      return Arrays.stream(Precision.values()).map(ScoringOptions::name).iterator();
    }
  }

  /** The integrators' names, in lower case, for picocli. */
  static final class IntegratorNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Integrator.values()).map(ScoringOptions::name).iterator();
    }
  }

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      completionCandidates = EngineNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String engine = Engines.AUTO;

  @Option(
      names = "--integrator",
      paramLabel = "NAME",
      completionCandidates = IntegratorNames.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String integrator = name(Integrator.ADAPTIVE);

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
      paramLabel = "NAME",
      completionCandidates = PrecisionNames.class,
      description =
          "One of ${COMPLETION-CANDIDATES}; double is slow and for comparison, the last two take the"
              + " tensor cores of a GPU (default: ${DEFAULT-VALUE}).")
  private String precision = name(Precision.SINGLE);

  /** For picocli. */
  public ScoringOptions() {}

  /**
   * The engine that is asked for.
   *
   * @return name, discretization and arithmetic
   * @throws InputException if a value is out of its range
   */
  public EngineChoice choice() {
    for (Precision known : Precision.values()) {
      if (name(known).equals(precision.toLowerCase(Locale.ROOT))) {
        return new EngineChoice(engine(), integration(), known);
      }
    }
    throw new InputException(
        "--precision is '"
            + precision
            + "', expected one of "
            + String.join(", ", new PrecisionNames()));
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
    for (Integrator known : Integrator.values()) {
      if (name(known).equals(integrator.toLowerCase(Locale.ROOT))) {
        requireIntegrator(known);
        try {
          return new Integration(known, steps, nodes, tolerance);
        } catch (IllegalArgumentException e) {
          throw new InputException("--" + e.getMessage(), e);
        }
      }
    }
    throw new InputException(
        "--integrator is '"
            + integrator
            + "', expected one of "
            + String.join(", ", new IntegratorNames()));
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
    return create(integration());
  }

  /**
   * Refuses an engine that cannot run here, before anything else is done.
   *
   * @throws InputException if it cannot; the message says what to do
   */
  void requireEngine() {
    create(Integration.rk4(0)).close();
  }

  private LikelihoodEngine create(Integration integration) {
    try {
      EngineChoice choice = choice();
      return Engines.create(
          new EngineChoice(choice.name(), integration, choice.precision()), OptionalInt.empty());
    } catch (EngineUnavailableException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
