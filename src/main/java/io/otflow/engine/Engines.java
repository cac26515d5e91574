package io.otflow.engine;

import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.engine.reference.ReferenceObjective;
import java.lang.reflect.InvocationTargetException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Picks an engine by name, once, and says which and why. */
public final class Engines {

  /** The name that lets this class pick. */
  public static final String AUTO = "auto";

  /** All names that can be asked for. */
  public static final List<String> NAMES = List.of(AUTO, "cuda", "simd", "nd4j", "reference");

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  /** Whether it was told what auto picks among the CPU's engines; training asks again and again. */
  private static final AtomicBoolean announced = new AtomicBoolean();

  /** Whether it was told that the vector kernels are slow here. */
  private static final AtomicBoolean slownessTold = new AtomicBoolean();

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /**
   * Where the vector kernels stand; by name, so that nothing here links to the incubator module.
   */
  private static final String SIMD = "io.otflow.engine.simd.";

  /** The engines on devices; by name, so that nothing here links to their libraries. */
  private static final String CUDA = "io.otflow.engine.cuda.CudaEngine";

  private static final String ND4J = "io.otflow.engine.nd4j.Nd4jEngine";

  private Engines() {}

  /**
   * Creates an engine that scores in single precision, where no GPU was assigned.
   *
   * @param name one of {@link #NAMES}
   * @param integration the discretization
   * @return the engine, without a model
   * @throws IllegalArgumentException if the name is unknown, if that engine cannot run here, or if
   *     it does not have that integrator; the message says what to do
   */
  public static LikelihoodEngine create(String name, Integration integration) {
    return create(EngineChoice.of(name, integration), OptionalInt.empty());
  }

  /**
   * Creates an engine that scores.
   *
   * @param choice which, and how
   * @param gpu index of the GPU that was assigned, if one was: {@code auto} takes it if it works
   *     here, {@code cuda} takes it in place of the first
   * @return the engine, without a model
   * @throws IllegalArgumentException if the name is unknown, or if that engine cannot run here; the
   *     message says what to do
   */
  public static LikelihoodEngine create(EngineChoice choice, OptionalInt gpu) {
    Integration integration = choice.integration();
    Precision precision = choice.precision();
    switch (choice.name().toLowerCase(Locale.ROOT)) {
      case AUTO -> {
        if (precision == Precision.DOUBLE) {
          return new ReferenceEngine(integration);
        }
        return gpu.stream()
            .mapToObj(index -> tryGpu(choice, index))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseGet(() -> onCpu(pick(AUTO, true), integration));
      }
      case "cuda" -> {
        return cuda(integration, precision, gpu.orElse(0));
      }
      case "nd4j" -> {
        return nd4j(integration, precision);
      }
      default -> {
        String picked = pick(choice.name(), true);
        requireOnCpu(picked, precision);
        return onCpu(picked, integration);
      }
    }
  }

  private static LikelihoodEngine onCpu(String picked, Integration integration) {
    return picked.equals("simd")
        ? make(
            "simd",
            SIMD + "SimdEngine",
            LikelihoodEngine.class,
            new Class<?>[] {Integration.class},
            integration)
        : new ReferenceEngine(integration);
  }

  private static void requireOnCpu(String picked, Precision precision) {
    if (precision.onTensorCores()) {
      throw new IllegalArgumentException(
          "engine '" + picked + "' has no tensor cores: use --precision single, or --engine cuda");
    }
    if (picked.equals("simd") && precision == Precision.DOUBLE) {
      throw new IllegalArgumentException(
          "engine 'simd' computes in single precision, not in double: use --engine reference");
    }
  }

  private static LikelihoodEngine cuda(Integration integration, Precision precision, int gpu) {
    return make(
        "cuda",
        CUDA,
        LikelihoodEngine.class,
        new Class<?>[] {Integration.class, Precision.class, int.class},
        integration,
        precision,
        gpu);
  }

  private static LikelihoodEngine nd4j(Integration integration, Precision precision) {
    return make(
        "nd4j",
        ND4J,
        LikelihoodEngine.class,
        new Class<?>[] {Integration.class, Precision.class},
        integration,
        precision);
  }

  /** The GPU's engine, if it works here, with one of the CPU's for models that do not fit it. */
  private static Optional<LikelihoodEngine> tryGpu(EngineChoice choice, int gpu) {
    try {
      LikelihoodEngine engine = cuda(choice.integration(), choice.precision(), gpu);
      LOG.info("Engine 'cuda' picked: GPU {} was assigned, {}.", gpu, engine.description());
      return Optional.of(
          new FallbackEngine(engine, onCpu(pick(AUTO, false), choice.integration())));
    } catch (EngineUnavailableException | DeviceException e) {
      LOG.warn("GPU {} was assigned but cannot be used: {}", gpu, e.getMessage());
      return Optional.empty();
    }
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
              + integrator.label()
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
          make(
              "simd",
              SIMD + "SimdObjective",
              ObjectiveGradient.class,
              new Class<?>[] {ObjectiveGradient.Problem.class},
              problem);
      default -> new ReferenceObjective(problem);
    };
  }

  /**
   * Whether this Java has the module of the vector kernels, without which training is many times
   * slower.
   *
   * @return whether it was started with it
   */
  public static boolean vectors() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /**
   * The machine's vectors.
   *
   * @return how wide they are and how fast
   * @throws IllegalArgumentException if the vector kernels cannot run here
   */
  public static VectorUnit vectorUnit() {
    String picked = pick("simd", false);
    return make(picked, SIMD + "MultiplyAddPeak", VectorUnit.class, new Class<?>[0]);
  }

  /**
   * The engine of the CPU that a name stands for on this machine; those train too.
   *
   * @param name one of {@link #NAMES}
   * @param announce whether to log, the first time, what {@code auto} picked
   * @return {@code simd} or {@code reference}
   * @throws IllegalArgumentException if the name is unknown, or if that engine cannot run here
   */
  private static String pick(String name, boolean announce) {
    boolean vectors = vectors();
    switch (name.toLowerCase(Locale.ROOT)) {
      case AUTO -> {
        boolean tell = announce && !announced.getAndSet(true);
        Optional<String> slow = OptimizingCompiler.switchedOffBy();
        if (vectors && slow.isPresent()) {
          if (tell) {
            LOG.warn(
                "Engine 'reference' picked, many times slower than 'simd' is with the compiler C2, which"
                    + " {} switches off.",
                slow.get());
          }
          return "reference";
        }
        if (vectors) {
          if (tell) {
            LOG.info("Engine 'simd' picked: the module {} is there.", VECTOR_MODULE);
          }
          return "simd";
        }
        if (tell) {
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
        OptimizingCompiler.switchedOffBy()
            .filter(option -> !slownessTold.getAndSet(true))
            .ifPresent(
                option ->
                    LOG.warn(
                        "Engine 'simd' runs a hundred times slower without the compiler C2, which {}"
                            + " switches off.",
                        option));
        return "simd";
      }
      case "reference" -> {
        return "reference";
      }
      case "cuda", "nd4j" ->
          throw new IllegalArgumentException(
              "engine '"
                  + name
                  + "' scores but does not train, expected one of auto, simd, reference");
      default ->
          throw new IllegalArgumentException(
              "engine '" + name + "' is unknown, expected one of " + NAMES);
    }
  }

  /** Makes an object of a class that nothing here links to. */
  private static <T> T make(
      String engine, String type, Class<T> as, Class<?>[] argumentTypes, Object... arguments) {
    try {
      return as.cast(
          Class.forName(type).getDeclaredConstructor(argumentTypes).newInstance(arguments));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException
          || e.getCause() instanceof DeviceException) {
        throw (RuntimeException) e.getCause();
      }
      throw new IllegalStateException(
          "engine '" + engine + "' does not start: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("engine '" + engine + "' is not in this jar", e);
    }
  }
}
