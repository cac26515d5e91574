package io.otflow.bench;

import io.otflow.flink.SampleSettings;
import io.otflow.local.SyntheticStream;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import io.otflow.train.ModelFitter;
import io.otflow.train.TrainingConfig;
import io.otflow.train.TrainingData;
import io.otflow.train.TrainingException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The model that scores in the benchmarks of the whole job, and how the job trains the next one: 2
 * layers, 8 steps, d = 8.
 *
 * @param width m, the width of the network
 * @param seed seed of everything random
 */
public record StreamModel(int width, long seed) {

  /** Version of the model that scores from the start. */
  public static final long VERSION = 1;

  /** Rows that a model is fitted to. */
  public static final int ROWS = 4096;

  /** Rows of a window's sample: those of a training and those that calibrate. */
  public static final int SAMPLE_ROWS = ROWS + SampleSettings.DEFAULT_CALIBRATION_ROWS;

  private static final int LAYERS = 2;
  private static final int STEPS = 8;
  private static final int FIRST_ITERATIONS = 300;
  private static final int NEXT_ITERATIONS = 100;

  /**
   * Fits the model to the first events of a stream.
   *
   * @param stream the stream
   * @return the model
   * @throws TrainingException if it cannot be fitted
   */
  public ModelSnapshot fit(SyntheticStream stream) throws TrainingException {
    int rows = (int) Math.min(ROWS, stream.driftsAt());
    int d = SyntheticStream.FEATURES;
    double[] x = new double[rows * d];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(stream.features(i), 0, x, i * d, d);
    }
    List<String> names = IntStream.range(0, d).mapToObj(k -> "f" + k).toList();
    TrainingData data =
        new TrainingData(
            x,
            rows,
            names,
            Origin.FIT,
            OptionalLong.empty(),
            OptionalLong.empty(),
            rows,
            System.currentTimeMillis(),
            "benchmark");
    return new ModelFitter(training(FIRST_ITERATIONS))
        .fit(data, Optional.empty(), VERSION, progress -> true);
  }

  /**
   * How the job trains beside scoring: short trainings, one after the other.
   *
   * @return the configuration
   */
  public TrainingConfig training() {
    return training(NEXT_ITERATIONS).withSampleRows(ROWS);
  }

  private TrainingConfig training(int iterations) {
    TrainingConfig defaults = TrainingConfig.DEFAULTS;
    return new TrainingConfig(
        width,
        LAYERS,
        STEPS,
        defaults.traceNodes(),
        defaults.alphaL(),
        defaults.alphaC(),
        defaults.alphaR(),
        iterations,
        256,
        defaults.learningRate(),
        defaults.clipNorm(),
        defaults.trim(),
        defaults.noise(),
        defaults.heldOutFraction(),
        defaults.calibrationFraction(),
        defaults.evaluateEvery(),
        defaults.patience(),
        defaults.sampleRows(),
        defaults.alertRate(),
        seed,
        1);
  }
}
