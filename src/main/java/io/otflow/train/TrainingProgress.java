package io.otflow.train;

/**
 * Where a training is.
 *
 * @param iteration iterations done
 * @param iterations most iterations
 * @param trainingLoss objective of the last batch, scaled features
 * @param heldOutLoss best mean negative log-likelihood of the held-out rows so far, nats, user's
 *     units; NaN before the first evaluation
 * @param learningRate present rate
 * @param incident empty, or one sentence about a step that was undone
 */
public record TrainingProgress(
    int iteration,
    int iterations,
    double trainingLoss,
    double heldOutLoss,
    double learningRate,
    String incident) {}
