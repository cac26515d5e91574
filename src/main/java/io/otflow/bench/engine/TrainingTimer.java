package io.otflow.bench.engine;

import io.otflow.train.TrainingConfig;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingListener;
import io.otflow.train.TrainingProgress;

/** Times the optimizer steps of a training, and ends it after a while. */
final class TrainingTimer implements TrainingListener {

  /** More than can be done in the time. */
  private static final int ITERATIONS = 1_000_000;

  private static final int FEWEST_STEPS = 3;

  private final double seconds;
  private final long begin = System.nanoTime();
  private long warmUntil;
  private int warmIteration = -1;
  private double stepsPerSecond;

  private TrainingTimer(double seconds) {
    this.seconds = seconds;
  }

  /** Trains for a time after as long a warm-up. */
  static TrainingResult time(
      EngineSettings.TrainingCase training, int traceNodes, int threads, double seconds, long seed)
      throws TrainingException {
    Shape shape = training.shape();
    TrainingConfig config =
        FittedModel.config(shape, training.batch(), traceNodes, ITERATIONS, threads, seed);
    TrainingTimer timer = new TrainingTimer(seconds);
    try {
      FittedModel.train(config, shape.d(), seed, timer);
    } catch (TrainingException e) {
      // The timer ends the training so; anything else is a failure.
      if (timer.stepsPerSecond == 0) {
        throw e;
      }
    }
    return new TrainingResult(
        shape, training.batch(), traceNodes, threads, timer.stepsPerSecond * training.batch());
  }

  @Override
  public boolean onProgress(TrainingProgress progress) {
    long now = System.nanoTime();
    if (warmIteration < 0) {
      if (progress.iteration() >= FEWEST_STEPS && now - begin > seconds * 1e9) {
        warmIteration = progress.iteration();
        warmUntil = now;
      }
      return true;
    }
    int steps = progress.iteration() - warmIteration;
    if (steps < FEWEST_STEPS || now - warmUntil < seconds * 1e9) {
      return true;
    }
    stepsPerSecond = steps * 1e9 / (now - warmUntil);
    return false;
  }
}
