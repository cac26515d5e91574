package io.otflow.train;

import io.otflow.model.ModelSnapshot;

/**
 * A model and what it was fitted with.
 *
 * @param model the model, calibrated
 * @param split the rows
 * @param logLikelihood the model's log-likelihoods of the rows that calibrated it, nats
 */
@SuppressWarnings("ArrayRecordComponent")
record Fitted(ModelSnapshot model, Split split, double[] logLikelihood) {}
