package io.otflow.flink;

import io.otflow.model.ModelSnapshot;
import io.otflow.train.Candidate;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingListener;
import io.otflow.train.TrainingProgress;
import java.util.Optional;
import java.util.function.Consumer;

/** One training on a thread of its own, of low priority, that can be cancelled. */
final class BackgroundTraining {

  /**
   * How a training ended.
   *
   * @param candidate the model and whether it may serve, unless it failed
   * @param failure why there is none, else null
   * @param millis how long it took
   */
  record Outcome(Optional<Candidate> candidate, Throwable failure, long millis) {}

  private final Thread thread;
  private volatile boolean cancelled;

  /**
   * Starts a training.
   *
   * @param done called on its thread at the end, also after {@link #cancel}
   */
  @SuppressWarnings("ThreadPriorityCheck")
  BackgroundTraining(
      SnapshotTrainer trainer,
      TrainingTask task,
      Optional<ModelSnapshot> parent,
      int refusals,
      boolean urgent,
      Consumer<TrainingProgress> onProgress,
      Consumer<Outcome> done) {
    TrainingListener listener =
        progress -> {
          onProgress.accept(progress);
          return !cancelled;
        };
    thread =
        new Thread(
            () -> {
              long start = System.nanoTime();
              Optional<Candidate> candidate = Optional.empty();
              Throwable failure = null;
              try {
                candidate =
                    Optional.of(
                        trainer.train(
                            task.data(parent),
                            parent,
                            refusals,
                            task.version(),
                            task.seed(),
                            urgent,
                            listener));
              } catch (TrainingException | RuntimeException | Error e) {
                failure = e;
              }
              done.accept(new Outcome(candidate, failure, (System.nanoTime() - start) / 1_000_000));
            },
            "otflow-training-v" + task.version());
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY); // a hint: scoring goes first where both want a core
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
  }

  /** Tells the training to end. */
  void cancel() {
    cancelled = true;
    thread.interrupt();
  }

  /** Waits for its end, at most for a time; false if it goes on. */
  boolean join(long timeoutMillis) throws InterruptedException {
    thread.join(timeoutMillis);
    return !thread.isAlive();
  }
}
