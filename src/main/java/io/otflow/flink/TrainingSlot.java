package io.otflow.flink;

import io.otflow.flink.BackgroundTraining.Outcome;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.TrainingProgress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room for one training at a time. A training past its deadline is given up; the next one can start
 * when its thread has ended, or is left to itself because it does not. All but the training itself
 * happens on the task's thread.
 */
final class TrainingSlot {

  private static final Logger LOGGER = LoggerFactory.getLogger(TrainingSlot.class);
  private static final long CANCEL_TIMEOUT_MILLIS = 10_000;

  private final SnapshotTrainer trainer;
  private final long deadlineMillis;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService timers;
  private final Listener listener;

  /** The training whose result is wanted, or null. */
  private TrainingTask running;

  /** The training whose thread lives, or null; not the one above after that was given up. */
  private BackgroundTraining training;

  /** The number of the newest training, from 1. */
  private long number;

  /** The deadline of the training, or the time after which it is left to itself. */
  private ScheduledFuture<?> timer;

  /** What becomes of trainings; called on the task's thread, but for the first. */
  interface Listener {

    /** A training goes on; called on its thread. */
    void onProgress(TrainingProgress progress);

    /** The training that was wanted has ended. */
    void onEnded(TrainingTask task, Outcome outcome);

    /** A training was given up because it has run for its deadline. */
    void onTimeout();

    /** The next training can start. */
    void onFree();
  }

  TrainingSlot(
      SnapshotTrainer trainer,
      long deadlineMillis,
      MailboxExecutor mailbox,
      ProcessingTimeService timers,
      Listener listener) {
    this.trainer = trainer;
    this.deadlineMillis = deadlineMillis;
    this.mailbox = mailbox;
    this.timers = timers;
    this.listener = listener;
  }

  /** The training whose result is wanted, or null. */
  TrainingTask running() {
    return running;
  }

  /** Whether a training can start. */
  boolean free() {
    return training == null;
  }

  /** Starts a training; the slot is free. */
  void start(TrainingTask task, Optional<ModelSnapshot> parent, int refusals, boolean urgent) {
    LOGGER.info(
        "training of model {} starts on {} of {} events, window {} to {}",
        task.version(),
        task.sample().priorities.length,
        task.sample().seen,
        task.sample().windowStart,
        task.sample().windowEnd);
    running = task;
    long own = ++number;
    training =
        new BackgroundTraining(
            trainer,
            task,
            parent,
            refusals,
            urgent,
            listener::onProgress,
            outcome -> handBack(own, outcome));
    timer = timers.registerTimer(now() + deadlineMillis, time -> onDeadline());
  }

  private long now() {
    return timers.getCurrentProcessingTime();
  }

  /** Passes the result to the task's thread; called on the training's. */
  private void handBack(long own, Outcome outcome) {
    try {
      mailbox.execute(() -> onEnded(own, outcome), "training ended");
    } catch (RejectedExecutionException e) {
      LOGGER.info("a training ended after its task, its result is dropped");
    }
  }

  private void onEnded(long own, Outcome outcome) {
    if (own != number || training == null) {
      return; // one that was left to itself
    }
    timer.cancel(false);
    training = null;
    TrainingTask ended = running;
    running = null;
    if (ended != null) {
      listener.onEnded(ended, outcome);
    }
    listener.onFree();
  }

  private void onDeadline() {
    listener.onTimeout();
    giveUp("it has run for its deadline of " + deadlineMillis + " ms");
  }

  /** Wants the training that runs, if one does, no more. */
  void giveUp(String reason) {
    if (running == null) {
      return;
    }
    LOGGER.warn("training of model {} is given up: {}", running.version(), reason);
    running = null;
    training.cancel();
    timer.cancel(false);
    timer = timers.registerTimer(now() + CANCEL_TIMEOUT_MILLIS, time -> leave());
  }

  private void leave() {
    LOGGER.warn("a training has not ended {} ms after it was given up", CANCEL_TIMEOUT_MILLIS);
    training = null;
    listener.onFree();
  }

  /** Ends the training, if one runs, and waits for its thread. */
  void close() throws InterruptedException {
    if (training != null) {
      training.cancel();
      if (!training.join(CANCEL_TIMEOUT_MILLIS)) {
        LOGGER.warn(
            "a training did not end in {} ms after it was cancelled", CANCEL_TIMEOUT_MILLIS);
      }
    }
  }
}
