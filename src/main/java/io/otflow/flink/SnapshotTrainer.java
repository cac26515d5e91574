package io.otflow.flink;

import io.otflow.model.ModelSnapshot;
import io.otflow.train.Candidate;
import io.otflow.train.TrainingData;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingListener;
import java.io.Serializable;
import java.util.Optional;

/** Makes the next model of a window's sample. The same arguments must give the same model. */
@FunctionalInterface
public interface SnapshotTrainer extends Serializable {

  /**
   * Trains.
   *
   * @param data the sample
   * @param parent the model that serves, to fine-tune; none: from nothing
   * @param refusals candidates in a row before this one that were refused because their window
   *     lacks what the model knows
   * @param version version of the new model
   * @param seed seed of everything random
   * @param urgent whether the stream has left the model that serves, so that nothing is gained by
   *     training slowly; makes no difference to the model
   * @param listener follows the training and can end it
   * @return the new model, and whether it may replace the one that serves
   * @throws TrainingException if there is none; the message says why
   */
  Candidate train(
      TrainingData data,
      Optional<ModelSnapshot> parent,
      int refusals,
      long version,
      long seed,
      boolean urgent,
      TrainingListener listener)
      throws TrainingException;
}
