package io.otflow.flink;

/**
 * What the last drift has done to the windows.
 *
 * @param since time of the event that it was called with, milliseconds since 1970; samples that
 *     begin before it are left out
 * @param earlyEnd when there is enough since to train on, milliseconds since 1970; 0 where windows
 *     are counted
 * @param version version of the model whose p-values had drifted, 0 for none
 * @param early whether what came since is still to be trained on
 */
record DriftCut(long since, long earlyEnd, long version, boolean early) {

  /** No drift has been called. */
  static final DriftCut NONE = new DriftCut(Long.MIN_VALUE, 0, 0, false);

  /** The same, when what came since was handed out. */
  DriftCut done() {
    return new DriftCut(since, earlyEnd, version, false);
  }
}
