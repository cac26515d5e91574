package io.otflow.bench.engine;

import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import io.otflow.train.ModelFitter;
import io.otflow.train.TrainingConfig;
import io.otflow.train.TrainingData;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingListener;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Models of a shape, fitted by the project's own trainer to {@link MixtureRows}. */
final class FittedModel {

  private static final int ROWS = 4096;
  private static final int BATCH = 256;
  private static final int ITERATIONS = 60;
  private static final int TRAINING_STEPS = 4;

  private FittedModel() {}

  /** A model that scores; a short training, enough to bend the trajectories. */
  static ModelSnapshot fit(Shape shape, int threads, long seed) throws TrainingException {
    Shape trained = new Shape(shape.m(), shape.d(), shape.layers(), TRAINING_STEPS);
    TrainingConfig config =
        config(trained, BATCH, TrainingConfig.DEFAULTS.traceNodes(), ITERATIONS, threads, seed);
    ModelSnapshot model = train(config, shape.d(), seed, progress -> true);
    return new ModelSnapshot(
        model.version(),
        model.featureNames(),
        model.parameters(),
        model.front(),
        shape.steps(),
        model.calibration(),
        model.provenance());
  }

  /** Trains; the listener may end it. */
  static ModelSnapshot train(TrainingConfig config, int d, long seed, TrainingListener listener)
      throws TrainingException {
    TrainingData data =
        new TrainingData(
            MixtureRows.draw(ROWS, d, seed),
            ROWS,
            IntStream.range(0, d).mapToObj(k -> "f" + k).toList(),
            Origin.FIT,
            OptionalLong.empty(),
            OptionalLong.empty(),
            ROWS,
            System.currentTimeMillis(),
            "benchmark");
    return new ModelFitter(config).fit(data, Optional.empty(), 1, listener);
  }

  /** The defaults, but for size and speed; held-out rows are looked at once, at the end. */
  static TrainingConfig config(
      Shape shape, int batch, int traceNodes, int iterations, int threads, long seed) {
    TrainingConfig defaults = TrainingConfig.DEFAULTS;
    return new TrainingConfig(
        shape.m(),
        shape.layers(),
        shape.steps(),
        traceNodes,
        defaults.alphaL(),
        defaults.alphaC(),
        defaults.alphaR(),
        iterations,
        batch,
        defaults.learningRate(),
        defaults.clipNorm(),
        defaults.trim(),
        defaults.noise(),
        defaults.heldOutFraction(),
        defaults.calibrationFraction(),
        iterations,
        defaults.patience(),
        defaults.sampleRows(),
        defaults.alertRate(),
        seed,
        threads);
  }
}
