/** Fits a model to rows: objective gradients, Adam, schedule, early stopping, calibration. */
package io.otflow.train;
