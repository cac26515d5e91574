package io.otflow.train;

import io.otflow.detect.Calibrator;
import io.otflow.engine.ObjectiveGradient;
import io.otflow.model.Architecture;
import io.otflow.model.Calibration;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** Fits a model to rows, from nothing or from a parent: split, front, optimize, calibrate. */
public final class ModelFitter {

  /** Fewest rows that a model is fitted to. */
  public static final int MIN_ROWS = 50;

  /** Most rows that decide when to stop; more would only cost time. */
  private static final int MAX_HELD_OUT = 4096;

  /**
   * Farthest place of a scaled feature while training. Rows beyond it, which only a scaling by the
   * middle can leave there, are left out of a step wherever they lie; from 1e9 or so their
   * objective is no longer a float.
   */
  private static final double FARTHEST = 1e6;

  private final TrainingConfig config;
  private final Pace pace;

  /**
   * A fitter that never rests.
   *
   * @param config what training does
   */
  public ModelFitter(TrainingConfig config) {
    this(config, Pace.FULL);
  }

  /**
   * A fitter.
   *
   * @param config what training does
   * @param pace when it rests, which makes no difference to the model
   */
  public ModelFitter(TrainingConfig config, Pace pace) {
    this.config = config;
    this.pace = pace;
  }

  /**
   * Fits a model. The same data, parent and configuration give the same model, bit for bit, on
   * machines with the same vector width.
   *
   * @param data the rows; which are trained on, held out or calibrated with follows their order and
   *     the seed
   * @param parent the model to fine-tune; its shape is kept, and its weights are where training
   *     starts. The front is fitted anew, and of the same kind
   * @param version version of the new model
   * @param listener follows the training
   * @return the model, calibrated
   * @throws TrainingException if the rows are too few, or training cannot recover
   */
  public ModelSnapshot fit(
      TrainingData data, Optional<ModelSnapshot> parent, long version, TrainingListener listener)
      throws TrainingException {
    try {
      return fitted(data, parent, version, listener).model();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Fits a candidate from the model that serves, and decides whether it may replace it.
   *
   * @param data the rows
   * @param serving the model to fine-tune
   * @param refusals candidates in a row before this one that were refused because their window
   *     lacks what the model knows
   * @param version version of the new model
   * @param listener follows the training
   * @param gate decides
   * @return the candidate; its provenance has the comparison
   * @throws TrainingException as {@link #fit}
   */
  public Candidate challenge(
      TrainingData data,
      ModelSnapshot serving,
      int refusals,
      long version,
      TrainingListener listener,
      CandidateGate gate)
      throws TrainingException {
    try {
      Fitted fitted = fitted(data, Optional.of(serving), version, listener);
      CandidateGate.Decision decision = gate.judge(fitted, serving, refusals, config.seed(), pace);
      ModelSnapshot model = fitted.model();
      ModelSnapshot compared =
          decision
              .comparison()
              .map(made -> model.as(version, model.provenance().with(made)))
              .orElse(model);
      return new Candidate(compared, Optional.of(decision));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private Fitted fitted(
      TrainingData data, Optional<ModelSnapshot> parent, long version, TrainingListener listener)
      throws TrainingException, InterruptedException {
    int d = data.featureNames().size();
    check(data, d, parent);
    SplittableRandom random = new SplittableRandom(config.seed());
    Split split = Split.of(data, d, config, random);
    Standardization standard =
        Standardization.of(
            split.training(),
            split.trainingRows(),
            d,
            config.noise(),
            config.trim(),
            parent.map(p -> p.front().scaling()));
    FeatureScaling scaling = standard.scaling();
    double[] training = scaled(split.training(), split.trainingRows(), scaling);
    FrontFitter fronts =
        new FrontFitter(standard, training, split.trainingRows(), config.trim(), config.seed());
    Front front = parent.map(p -> fronts.like(p.front())).orElseGet(fronts::first);
    Architecture architecture =
        parent
            .map(ModelSnapshot::architecture)
            .orElseGet(() -> Architecture.of(d, config.width(), config.layers()));
    float[] initial =
        parent
            .map(p -> p.parameters().toFloats())
            .orElseGet(
                () -> Initialization.draw(architecture, !front.scalesOnly(), random.split()));
    ObjectiveGradient.Problem problem =
        new ObjectiveGradient.Problem(
            architecture,
            config.steps(),
            config.traceNodes(),
            config.alphaL(),
            config.alphaC(),
            config.alphaR());
    Optimization.Result result;
    try (BatchGradient gradients = new BatchGradient(problem, config.threads(), pace)) {
      Batches batches =
          new Batches(
              training,
              split.trainingRows(),
              config.batchSize(),
              standard.noise(),
              front,
              random.split());
      result =
          new Optimization(config, gradients, listener)
              .run(initial, batches, heldOut(split, standard, front, random.split()));
    }
    ModelSnapshot bare =
        new ModelSnapshot(
            version,
            data.featureNames(),
            new Parameters(architecture, result.theta()),
            front,
            config.steps(),
            Optional.empty(),
            provenance(data, parent, split, result));
    double[] logLikelihood =
        LogLikelihoods.of(bare, split.calibration(), split.calibrationRows(), pace);
    Calibration calibration = calibrate(logLikelihood, d);
    ModelSnapshot calibrated =
        new ModelSnapshot(
            version,
            bare.featureNames(),
            bare.parameters(),
            front,
            bare.steps(),
            Optional.of(calibration),
            bare.provenance().withContamination(calibration.contamination()));
    return new Fitted(calibrated, split, logLikelihood);
  }

  private static TrainingException interrupted() {
    Thread.currentThread().interrupt();
    return new TrainingException("training was interrupted");
  }

  private static void check(TrainingData data, int d, Optional<ModelSnapshot> parent)
      throws TrainingException {
    if (data.rows() < MIN_ROWS) {
      throw new TrainingException(
          "training has " + data.rows() + " rows, expected at least " + MIN_ROWS);
    }
    if (data.x().length < (long) data.rows() * d) {
      throw new IllegalArgumentException(
          "x has length " + data.x().length + ", expected n*d = " + data.rows() + "*" + d);
    }
    if (parent.isPresent() && parent.get().d() != d) {
      throw new TrainingException(
          "training has " + d + " features, and the model to fine-tune has " + parent.get().d());
    }
    for (int p = 0; p < data.rows() * d; p++) {
      if (!Double.isFinite(data.x()[p])) {
        throw new TrainingException(
            "feature '"
                + data.featureNames().get(p % d)
                + "' of training row "
                + p / d
                + " is "
                + data.x()[p]);
      }
    }
  }

  /** The held-out rows behind the front, with the noise that training has too. */
  private static HeldOut heldOut(
      Split split, Standardization standard, Front front, SplittableRandom random) {
    int d = front.d();
    int rows = Math.min(MAX_HELD_OUT, split.heldOutRows());
    double[] y = scaled(split.heldOut(), rows, standard.scaling());
    standard.addNoise(y, random);
    double[] logDeterminant = new double[rows];
    for (int i = 0; i < rows; i++) {
      logDeterminant[i] = front.bend(y, i * d) + front.constant();
    }
    return new HeldOut(y, logDeterminant, rows);
  }

  private static double[] scaled(double[] x, int rows, FeatureScaling scaling) {
    double[] y = new double[rows * scaling.d()];
    scaling.apply(x, rows, y);
    for (int p = 0; p < y.length; p++) {
      y[p] = Math.max(-FARTHEST, Math.min(FARTHEST, y[p]));
    }
    return y;
  }

  private Calibration calibrate(double[] logLikelihood, int d) throws TrainingException {
    try {
      return Calibrator.calibrate(logLikelihood, d, config.alertRate());
    } catch (IllegalArgumentException e) {
      throw new TrainingException("the model cannot be calibrated: " + e.getMessage());
    }
  }

  private Provenance provenance(
      TrainingData data, Optional<ModelSnapshot> parent, Split split, Optimization.Result result) {
    return new Provenance(
        data.origin(),
        data.createdAtMillis(),
        parent.map(p -> OptionalLong.of(p.version())).orElse(OptionalLong.empty()),
        data.windowStartMillis(),
        data.windowEndMillis(),
        data.eventsSeen(),
        split.trainingRows(),
        split.heldOutRows(),
        result.iterations(),
        result.trainingLoss(),
        result.heldOutLoss(),
        config.seed(),
        data.note(),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(result.startingLoss()));
  }
}
