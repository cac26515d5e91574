package io.otflow.flink;

import java.util.List;
import java.util.Optional;

/**
 * What the trainer must not forget.
 *
 * @param model the newest model, as bytes of a snapshot
 * @param closedUpTo end of the last window that was closed, milliseconds since 1970
 * @param open samples of windows that are not closed yet
 * @param queued a closed window that waits for the training before it
 * @param running the training that runs
 * @param pinned whether no training may replace the model
 * @param refusals candidates in a row that were refused because their window lacks what the model
 *     knows
 * @param cut what the last drift has done to the windows
 */
record TrainerState(
    Optional<byte[]> model,
    long closedUpTo,
    List<WindowSample> open,
    Optional<WindowSample> queued,
    Optional<TrainingTask> running,
    boolean pinned,
    int refusals,
    DriftCut cut) {

  static final TrainerState EMPTY =
      new TrainerState(
          Optional.empty(),
          Long.MIN_VALUE,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          false,
          0,
          DriftCut.NONE);
}
