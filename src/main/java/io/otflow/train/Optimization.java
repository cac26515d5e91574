package io.otflow.train;

/**
 * The loop: batches, Adam, the learning-rate schedule, clipping, early stopping on the held-out
 * rows. A step that turns non-finite is undone and the rate halved.
 *
 * <p>The first half learns the bulk, of rows that no anomaly is among; the second half what its
 * tail is like. What comes out is never worse on the held-out rows than the weights that it started
 * from, which without a parent are the front's Gaussian.
 */
final class Optimization {

  /** Steps that may be undone, none holding between them, before training gives up. */
  static final int MAX_UNDONE = 12;

  private static final double FINAL_RATE_SHARE = 0.01;

  private final TrainingConfig config;
  private final BatchGradient gradients;
  private final TrainingListener listener;

  private int iterations;
  private double rateFactor = 1;
  private double smoothedLoss = Double.NaN;

  Optimization(TrainingConfig config, BatchGradient gradients, TrainingListener listener) {
    this.config = config;
    this.gradients = gradients;
    this.listener = listener;
  }

  /**
   * What came out.
   *
   * @param theta best weights
   * @param iterations steps taken
   * @param trainingLoss smoothed objective at the end
   * @param heldOutLoss best mean negative log-likelihood of the held-out rows, user's units
   * @param startingLoss that of the first weights
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(
      float[] theta,
      int iterations,
      double trainingLoss,
      double heldOutLoss,
      double startingLoss) {}

  /**
   * Optimizes.
   *
   * @param initial first weights
   * @param batches draws batches
   * @param heldOut decides when to stop
   */
  Result run(float[] initial, Batches batches, HeldOut heldOut)
      throws TrainingException, InterruptedException {
    iterations = batches.steps(config.iterations());
    Adam adam = new Adam(initial);
    float[] theta = initial.clone();
    double[] gradient = new double[theta.length];
    float[] best = theta.clone();
    double[] costs = gradients.negativeLogLikelihoods(theta, heldOut.y(), heldOut.rows());
    int kept = Trim.TAIL.kept(costs, config.trim()).length;
    double startingLoss = heldOut.meanOfCheapest(costs, kept);
    double bestLoss = startingLoss;
    Trim trim = Trim.BULK;
    int sinceBest = 0;
    int undone = 0;
    int finiteInARow = 0;
    int iteration = 0;
    while (iteration < iterations) {
      boolean nothingGained = sinceBest >= config.patience();
      if (trim == Trim.BULK && (nothingGained || iteration >= iterations / 2)) {
        trim = Trim.TAIL;
        sinceBest = 0;
      } else if (nothingGained) {
        break;
      }
      double[] batch = batches.next();
      double loss = gradients.evaluate(theta, batch, batches.size(), config.trim(), trim, gradient);
      double rate = rateFactor * schedule(iteration);
      if (!clip(gradient) || !Double.isFinite(loss)) {
        undone++;
        finiteInARow = 0;
        if (undone > MAX_UNDONE) {
          throw new TrainingException(
              "training does not recover: the objective stayed non-finite through "
                  + MAX_UNDONE
                  + " halvings of the learning rate, at iteration "
                  + iteration);
        }
        adam.undo();
        adam.copyTo(theta);
        iteration = Math.max(0, iteration - 1);
        rateFactor /= 2;
        report(
            iteration,
            loss,
            bestLoss,
            rateFactor * schedule(iteration),
            "step " + iteration + " turned non-finite; undone, learning rate halved");
        continue;
      }
      // One finite value after an undone step only says that the point before it was sound.
      finiteInARow++;
      undone = finiteInARow > 1 ? 0 : undone;
      adam.step(gradient, rate);
      adam.copyTo(theta);
      iteration++;
      smoothedLoss = Double.isNaN(smoothedLoss) ? loss : 0.95 * smoothedLoss + 0.05 * loss;
      if (iteration % config.evaluateEvery() == 0 || iteration == iterations) {
        costs = gradients.negativeLogLikelihoods(theta, heldOut.y(), heldOut.rows());
        double value = heldOut.meanOfCheapest(costs, kept);
        sinceBest++;
        if (value < bestLoss || !Double.isFinite(bestLoss)) {
          sinceBest = value < bestLoss - 1e-4 ? 0 : sinceBest;
          bestLoss = value;
          System.arraycopy(theta, 0, best, 0, theta.length);
        }
      }
      report(iteration, loss, bestLoss, rate, "");
    }
    if (!Double.isFinite(bestLoss)) {
      throw new TrainingException(
          "training ended with a held-out negative log-likelihood of " + bestLoss);
    }
    return new Result(best, iteration, smoothedLoss, bestLoss, startingLoss);
  }

  /** Cosine from the full rate to a hundredth. */
  private double schedule(int iteration) {
    double share = iteration / (double) iterations;
    double cosine = 0.5 * (1 + Math.cos(Math.PI * share));
    return config.learningRate() * (FINAL_RATE_SHARE + (1 - FINAL_RATE_SHARE) * cosine);
  }

  /** Shortens the gradient to the largest norm; false if it is not finite. */
  private boolean clip(double[] gradient) {
    double square = 0;
    for (double value : gradient) {
      square += value * value;
    }
    double norm = Math.sqrt(square);
    if (!Double.isFinite(norm)) {
      return false;
    }
    if (norm > config.clipNorm()) {
      double factor = config.clipNorm() / norm;
      for (int p = 0; p < gradient.length; p++) {
        gradient[p] *= factor;
      }
    }
    return true;
  }

  private void report(int iteration, double loss, double heldOut, double rate, String incident)
      throws TrainingException {
    TrainingProgress progress =
        new TrainingProgress(iteration, iterations, loss, heldOut, rate, incident);
    if (!listener.onProgress(progress)) {
      throw new TrainingException("training was cancelled at iteration " + iteration);
    }
  }
}
