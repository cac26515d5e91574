package io.otflow.train;

import java.io.Serializable;

/**
 * Everything that decides what training does. The one place of the defaults.
 *
 * @param width m, the width of the potential's network
 * @param layers layers of the network, at least 2
 * @param steps RK4 steps over the interval while training
 * @param traceNodes quadrature nodes of the trace while training, or 0 to take it at every stage,
 *     the published discretization
 * @param alphaL weight α_L of the transport cost
 * @param alphaC weight α_C of the negative log-likelihood
 * @param alphaR weight α_R of the Hamilton-Jacobi-Bellman residual
 * @param iterations most optimizer steps; fewer where the rows are few, see {@link Batches#steps}
 * @param batchSize most rows in a step; fewer where the rows are few, see {@link Batches}
 * @param learningRate Adam's first rate, decaying by a cosine to a hundredth
 * @param clipNorm largest Euclidean norm of a gradient; longer ones are shortened to it
 * @param trim largest share of a batch that is left out of a step: rows that stand apart from the
 *     bulk by their likelihood, see {@link Trim}
 * @param noise least standard deviation of the noise added to the scaled features, per draw
 * @param heldOutFraction share of the rows that decides when to stop
 * @param calibrationFraction share of the rows that calibrates and is not trained on, at least
 * @param evaluateEvery iterations between evaluations of the held-out rows
 * @param patience evaluations without improvement before training stops
 * @param sampleRows most rows that are trained on or held out; further ones calibrate
 * @param alertRate share of ordinary events to flag, in (0, 1)
 * @param seed seed of everything random
 * @param threads threads that compute gradients, at least 1; the result does not depend on it
 */
public record TrainingConfig(
    int width,
    int layers,
    int steps,
    int traceNodes,
    double alphaL,
    double alphaC,
    double alphaR,
    int iterations,
    int batchSize,
    double learningRate,
    double clipNorm,
    double trim,
    double noise,
    double heldOutFraction,
    double calibrationFraction,
    int evaluateEvery,
    int patience,
    int sampleRows,
    double alertRate,
    long seed,
    int threads)
    implements Serializable {

  /** The default of alphaL. */
  public static final int ALPHA_L = 30;

  /** The default of alphaC. */
  public static final int ALPHA_C = 100;

  /** The default of alphaR. */
  public static final int ALPHA_R = 15;

  /** The defaults. */
  public static final TrainingConfig DEFAULTS =
      new TrainingConfig(
          64,
          2,
          6,
          8,
          ALPHA_L,
          ALPHA_C,
          ALPHA_R,
          1500,
          512,
          0.01,
          50.0,
          0.1,
          0.0,
          0.1,
          0.2,
          25,
          12,
          Integer.MAX_VALUE,
          0.01,
          1,
          1);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public TrainingConfig {
    check(width >= 1 && width <= 4096, "width", width, "1 to 4096");
    check(layers >= 2 && layers <= 64, "layers", layers, "2 to 64");
    check(steps >= 1 && steps <= 1000, "steps", steps, "1 to 1000");
    check(traceNodes >= 0 && traceNodes <= 1000, "train nodes", traceNodes, "0 to 1000");
    check(alphaL >= 0, "alpha's L", alphaL, "at least 0");
    check(alphaC > 0, "alpha's C", alphaC, "more than 0");
    check(alphaR >= 0, "alpha's R", alphaR, "at least 0");
    check(iterations >= 1, "iterations", iterations, "at least 1");
    check(batchSize >= 2, "batch size", batchSize, "at least 2");
    check(learningRate > 0, "learning rate", learningRate, "more than 0");
    check(clipNorm > 0, "clip", clipNorm, "more than 0");
    check(trim >= 0 && trim < 0.5, "trim", trim, "at least 0, under 0.5");
    check(noise >= 0, "noise", noise, "at least 0");
    check(
        heldOutFraction > 0 && heldOutFraction < 0.5,
        "held-out",
        heldOutFraction,
        "over 0, under 0.5");
    check(
        calibrationFraction > 0 && calibrationFraction < 0.5,
        "calibration",
        calibrationFraction,
        "over 0, under 0.5");
    check(evaluateEvery >= 1, "evaluate every", evaluateEvery, "at least 1");
    check(patience >= 1, "patience", patience, "at least 1");
    check(sampleRows >= 2, "train sample", sampleRows, "at least 2");
    check(alertRate > 0 && alertRate < 1, "alert rate", alertRate, "over 0, under 1");
    check(threads >= 1, "train threads", threads, "at least 1");
  }

  /**
   * The same with another seed.
   *
   * @param other the seed
   * @return a copy
   */
  public TrainingConfig withSeed(long other) {
    return copy(iterations, sampleRows, other, threads);
  }

  /**
   * The same with another limit of the rows that are trained on or held out.
   *
   * @param most the limit
   * @return a copy
   * @throws IllegalArgumentException if it is under 2
   */
  public TrainingConfig withSampleRows(int most) {
    return copy(iterations, most, seed, threads);
  }

  /**
   * The same on another number of threads, which makes no difference to the model.
   *
   * @param many the number, at least 1
   * @return a copy
   */
  public TrainingConfig withThreads(int many) {
    return copy(iterations, sampleRows, seed, many);
  }

  /**
   * The same with another limit of iterations.
   *
   * @param most the limit, at least 1
   * @return a copy
   */
  public TrainingConfig withIterations(int most) {
    return copy(most, sampleRows, seed, threads);
  }

  private TrainingConfig copy(int newIterations, int newSampleRows, long newSeed, int newThreads) {
    return new TrainingConfig(
        width,
        layers,
        steps,
        traceNodes,
        alphaL,
        alphaC,
        alphaR,
        newIterations,
        batchSize,
        learningRate,
        clipNorm,
        trim,
        noise,
        heldOutFraction,
        calibrationFraction,
        evaluateEvery,
        patience,
        newSampleRows,
        alertRate,
        newSeed,
        newThreads);
  }

  private static void check(boolean holds, String name, Number value, String expected) {
    if (!(holds && Double.isFinite(value.doubleValue()))) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }
}
