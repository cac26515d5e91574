package io.otflow.flink;

import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the operator that scores is configured with.
 *
 * @param engines makes each subtask's engine
 * @param batchSize most events in one call of the engine
 * @param lingerMillis longest that an event waits for its batch to fill, milliseconds
 * @param flagging what flags events
 * @param hold whether events wait for the first model, instead of passing unscored
 * @param holdLimit most events that a subtask keeps waiting
 * @param newestOnly whether to wait until the stream of models has ended before scoring at all
 * @param timeUnit what times of events count that are plain numbers
 * @param keys which models it takes
 * @param trained whether a trainer in the same job gives out the models: then the one to start with
 *     is for a job without state only
 * @param trainOnDrift whether a drift asks the trainer for a training
 * @param firstModel the model to start with, as bytes of a snapshot; null for none
 */
@SuppressWarnings("ArrayRecordComponent")
public record ScoreSettings(
    EngineFactory engines,
    int batchSize,
    long lingerMillis,
    Flagging flagging,
    boolean hold,
    int holdLimit,
    boolean newestOnly,
    TimeUnit timeUnit,
    ModelKeys keys,
    boolean trained,
    boolean trainOnDrift,
    byte[] firstModel)
    implements Serializable {

  /**
   * The model to start with.
   *
   * @return bytes of a snapshot, if there is one
   */
  Optional<byte[]> first() {
    return Optional.ofNullable(firstModel);
  }
}
