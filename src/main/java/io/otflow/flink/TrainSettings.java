package io.otflow.flink;

import java.io.Serializable;

/**
 * What the trainer is configured with.
 *
 * @param sampling what a window is, and the most rows of a training
 * @param trainer trains
 * @param seed seed from which that of each training is derived
 * @param deadlineMillis longest that a training may take, milliseconds
 * @param maxModelBytes largest model, as bytes, that can be published
 * @param keys which models it may take up, and how it signs
 * @param firstModel the model to start with, as bytes of a snapshot; null for none
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainSettings(
    SampleSettings sampling,
    SnapshotTrainer trainer,
    long seed,
    long deadlineMillis,
    int maxModelBytes,
    ModelKeys keys,
    byte[] firstModel)
    implements Serializable {}
