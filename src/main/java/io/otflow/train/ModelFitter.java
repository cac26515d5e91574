package io.otflow.train;

import io.otflow.model.ModelSnapshot;
import java.util.Optional;

/** Fits a model to rows, from nothing or from a parent. */
public final class ModelFitter {

  private final TrainingConfig config;

  /**
   * A fitter.
   *
   * @param config what training does
   */
  public ModelFitter(TrainingConfig config) {
    this.config = config;
  }

  /**
   * Fits a model. The same data, parent and configuration give the same model, bit for bit, on the
   * same kind of machine.
   *
   * @param data the rows; the split into training, held-out and calibration rows follows their
   *     order and the seed
   * @param parent the model to fine-tune; its shape is kept
   * @param version version of the new model
   * @param listener follows the training
   * @return the model, calibrated
   * @throws TrainingException if the rows are too few, or training cannot recover
   */
  @SuppressWarnings("DoNotCallSuggester")
  public ModelSnapshot fit(
      TrainingData data, Optional<ModelSnapshot> parent, long version, TrainingListener listener)
      throws TrainingException {
    throw new TrainingException("not built yet " + config);
  }
}
