package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.train.TrainingConfig;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * What training does, shared by {@code fit} and the job. Defaults are those of {@link
 * TrainingConfig#DEFAULTS}. Steps and batch size are named by each command: the job has others, for
 * scoring, of the same names.
 */
@Heading("Training")
public final class TrainingOptions {

  private static final TrainingConfig DEFAULTS = TrainingConfig.DEFAULTS;

  @Option(
      names = "--width",
      paramLabel = "M",
      description = "Width of the potential's network (default: ${DEFAULT-VALUE}).")
  private int width = DEFAULTS.width();

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Layers of the network, at least 2 (default: ${DEFAULT-VALUE}).")
  private int layers = DEFAULTS.layers();

  @Option(
      names = "--alpha",
      paramLabel = "L,C,R",
      split = ",",
      defaultValue =
          TrainingConfig.ALPHA_L + "," + TrainingConfig.ALPHA_C + "," + TrainingConfig.ALPHA_R,
      hideParamSyntax = true,
      description =
          "Weights of transport cost, negative log-likelihood and Hamilton-Jacobi-Bellman residual"
              + " (default: ${DEFAULT-VALUE}).")
  private List<Double> alpha;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description =
          "Most optimizer steps of a training; 50 passes over its rows are enough, or 200 steps"
              + " (default: ${DEFAULT-VALUE}).")
  private int iterations = DEFAULTS.iterations();

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description =
          "Adam's first rate; it decays by a cosine to a hundredth (default: ${DEFAULT-VALUE}).")
  private double learningRate = DEFAULTS.learningRate();

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description = "Longest gradient; longer ones are shortened (default: ${DEFAULT-VALUE}).")
  private double clip = DEFAULTS.clipNorm();

  @Option(
      names = "--trim",
      paramLabel = "SHARE",
      description =
          "Largest share of each batch that is not trained on: rows that are far less likely than the"
              + " bulk, as anomalies are, and half as many again that lie very far off; 0 where the"
              + " data holds none (default: ${DEFAULT-VALUE}).")
  private double trim = DEFAULTS.trim();

  @Option(
      names = "--noise",
      paramLabel = "SD",
      description =
          "Noise added to the standardized features while training, a few hundredths where they"
              + " are nearly discrete (default: ${DEFAULT-VALUE}).")
  private double noise = DEFAULTS.noise();

  @Option(
      names = "--held-out",
      paramLabel = "SHARE",
      description = "Share of the rows that decides when to stop (default: ${DEFAULT-VALUE}).")
  private double heldOut = DEFAULTS.heldOutFraction();

  @Option(
      names = "--calibration",
      paramLabel = "SHARE",
      description =
          "Share of the rows that calibrates, at least; they are not trained on (default:"
              + " ${DEFAULT-VALUE}).")
  private double calibration = DEFAULTS.calibrationFraction();

  @Option(
      names = "--evaluate-every",
      paramLabel = "N",
      description = "Iterations between looks at the held-out rows (default: ${DEFAULT-VALUE}).")
  private int evaluateEvery = DEFAULTS.evaluateEvery();

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Looks without improvement before it stops (default: ${DEFAULT-VALUE}).")
  private int patience = DEFAULTS.patience();

  @Option(
      names = "--alert-rate",
      paramLabel = "SHARE",
      description = "Share of ordinary events to flag (default: ${DEFAULT-VALUE}).")
  private double alertRate = DEFAULTS.alertRate();

  @Option(
      names = "--train-nodes",
      paramLabel = "N",
      description =
          "Quadrature nodes of the trace while training; 0 takes it at every Runge-Kutta stage, as"
              + " published (default: ${DEFAULT-VALUE}).")
  private int traceNodes = DEFAULTS.traceNodes();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random in training (default: ${DEFAULT-VALUE}).")
  private long seed = DEFAULTS.seed();

  @Option(
      names = "--train-threads",
      paramLabel = "N",
      description =
          "Threads that compute gradients; the result does not depend on it (default:"
              + " ${DEFAULT-VALUE}; fit takes one a processor, the job one in all).")
  private int threads;

  /** For picocli: one thread a processor. */
  public TrainingOptions() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * With another default.
   *
   * @param threads threads by default
   */
  TrainingOptions(int threads) {
    this.threads = threads;
  }

  /**
   * The configuration.
   *
   * @param steps RK4 steps while training, by the command's own option
   * @param batchSize rows in an optimizer step, by the command's own option
   * @return the configuration
   * @throws InputException if a value is out of its range; the message names it
   */
  public TrainingConfig toConfig(int steps, int batchSize) {
    if (alpha.size() != 3) {
      throw new InputException(
          "--alpha has " + alpha.size() + " numbers, expected 3: --alpha L,C,R");
    }
    try {
      return new TrainingConfig(
          width,
          layers,
          steps,
          traceNodes,
          alpha.get(0),
          alpha.get(1),
          alpha.get(2),
          iterations,
          batchSize,
          learningRate,
          clip,
          trim,
          noise,
          heldOut,
          calibration,
          evaluateEvery,
          patience,
          TrainingConfig.DEFAULTS.sampleRows(),
          alertRate,
          seed,
          threads);
    } catch (IllegalArgumentException e) {
      throw new InputException("training option " + e.getMessage(), e);
    }
  }
}
