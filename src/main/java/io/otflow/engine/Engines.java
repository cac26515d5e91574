package io.otflow.engine;

import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.engine.reference.ReferenceObjective;
import java.lang.reflect.InvocationTargetException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Picks an engine by name, once, and says which and why. */
public final class Engines {

  /** The name that lets this class pick. */
  public static final String AUTO = "auto";

  /** All names that can be asked for. */
  public static final List<String> NAMES = List.of(AUTO, "simd", "nd4j", "reference");

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /**
   * Where the vector kernels stand; by name, so that nothing here links to the incubator module.
   */
  private static final String SIMD = "io.otflow.engine.simd.";

  /** The engine on ND4J; by name, so that nothing here links to it. */
  private static final String ND4J = "io.otflow.engine.nd4j.Nd4jEngine";

  private Engines() {}

  /**
   * Creates an engine that scores.
   *
   * @param name one of {@link #NAMES}
   * @param integration the discretization
   * @return the engine, without a model
   * @throws IllegalArgumentException if the name is unknown, if that engine cannot run here, or if
   *     it does not have that integrator; the message says what to do
   */
  public static LikelihoodEngine create(String name, Integration integration) {
    return switch (pick(name, true)) {
      case "simd" -> simd("SimdEngine", LikelihoodEngine.class, Integration.class, integration);
      case "nd4j" -> nd4j(integration);
      default -> new ReferenceEngine(integration);
    };
  }

  /**
   * The integrators that an engine has, whether or not it can run here.
   *
   * @param name one of {@link #NAMES}
   * @return its integrators
   */
  public static Set<Integrator> integrators(String name) {
    return name.toLowerCase(Locale.ROOT).equals("nd4j")
        ? EnumSet.of(Integrator.RK4, Integrator.QUADRATURE)
        : EnumSet.allOf(Integrator.class);
  }

  /**
   * Refuses an integrator that an engine does not have.
   *
   * @param name one of {@link #NAMES}
   * @param integrator the integrator
   * @throws IllegalArgumentException if the engine does not have it; the message says what works
   */
  public static void requireIntegrator(String name, Integrator integrator) {
    if (!integrators(name).contains(integrator)) {
      throw new IllegalArgumentException(
          "engine '"
              + name
              + "' has no integrator '"
              + integrator.name().toLowerCase(Locale.ROOT)
              + "', use --integrator rk4 or quadrature, or --engine simd");
    }
  }

  /**
   * Creates what trains.
   *
   * @param name one of {@link #NAMES}
   * @param problem what is differentiated
   * @return the objective, without weights
   * @throws IllegalArgumentException if the name is unknown, or if that engine cannot run here or
   *     does not train
   */
  public static ObjectiveGradient objective(String name, ObjectiveGradient.Problem problem) {
    return switch (pick(name, false)) {
      case "simd" ->
          simd("SimdObjective", ObjectiveGradient.class, ObjectiveGradient.Problem.class, problem);
      case "nd4j" ->
          throw new IllegalArgumentException(
              "engine 'nd4j' scores but does not train, expected one of auto, simd, reference");
      default -> new ReferenceObjective(problem);
    };
  }

  /**
   * The machine's vectors.
   *
   * @return how wide they are and how fast
   * @throws IllegalArgumentException if the vector kernels cannot run here
   */
  public static VectorUnit vectorUnit() {
    String unused = pick("simd", false);
    try {
      return Class.forName(SIMD + "MultiplyAddPeak")
          .asSubclass(VectorUnit.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("engine 'simd' is not in this jar", e);
    }
  }

  /**
   * The engine that a name stands for on this machine.
   *
   * @param name one of {@link #NAMES}
   * @param announce whether to log what {@code auto} picked
   * @return {@code simd}, {@code nd4j} or {@code reference}
   * @throws IllegalArgumentException if the name is unknown, or if that engine cannot run here
   */
  private static String pick(String name, boolean announce) {
    boolean vectors = ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    switch (name.toLowerCase(Locale.ROOT)) {
      case AUTO -> {
        if (vectors) {
          if (announce) {
            LOG.info("Engine 'simd' picked: the module {} is there.", VECTOR_MODULE);
          }
          return "simd";
        }
        if (announce) {
          LOG.warn(
              "Engine 'reference' picked, many times slower than 'simd': this JVM runs without the module"
                  + " {}. Start it with --add-modules {} (in Flink: env.java.opts.all).",
              VECTOR_MODULE,
              VECTOR_MODULE);
        }
        return "reference";
      }
      case "simd" -> {
        if (!vectors) {
          throw new IllegalArgumentException(
              "engine 'simd' needs the module "
                  + VECTOR_MODULE
                  + ", start the JVM with --add-modules "
                  + VECTOR_MODULE
                  + " (in Flink: env.java.opts.all)");
        }
        return "simd";
      }
      case "nd4j", "reference" -> {
        return name.toLowerCase(Locale.ROOT);
      }
      default ->
          throw new IllegalArgumentException(
              "engine '" + name + "' is unknown, expected one of " + NAMES);
    }
  }

  private static <T> T simd(String type, Class<T> as, Class<?> argumentType, Object argument) {
    try {
      return as.cast(
          Class.forName(SIMD + type).getDeclaredConstructor(argumentType).newInstance(argument));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "engine 'simd' does not start: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("engine 'simd' is not in this jar", e);
    }
  }

  /** In 32 bits, the arithmetic that the devices are made for. */
  private static LikelihoodEngine nd4j(Integration integration) {
    try {
      return Class.forName(ND4J)
          .asSubclass(LikelihoodEngine.class)
          .getDeclaredConstructor(Integration.class, Precision.class)
          .newInstance(integration, Precision.SINGLE);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(
          "engine 'nd4j' does not start: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("engine 'nd4j' is not in this jar", e);
    }
  }
}
