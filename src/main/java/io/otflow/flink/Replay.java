package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.SnapshotCodec;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.Candidate;
import io.otflow.train.Pace;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingProgress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The job over events in the order of their times, in one thread and without a cluster: its
 * windows, samples, trainings, gate, calibrations, scores and flags, as the operators have them.
 * Each model serves from the end of its window on, for here a training takes no time of the stream;
 * in a job it serves as soon as its training has ended, and windows that close meanwhile may be
 * skipped. The same events give the same scores, bit for bit. Not thread-safe.
 */
public final class Replay implements AutoCloseable {

  private final JobConfig.Scoring scoring;
  private final JobConfig.Training training;
  private final FlowTrainer trainer;
  private final WindowSampler sampler;
  private final WindowMerger merger;
  private final Scorer scorer;
  private final HeldEvents held;
  private final Listener listener;
  private final long nowMillis;
  private ModelSnapshot model;
  private int refusals;

  /** Follows a replay. */
  public interface Listener {

    /**
     * An event came out, in order.
     *
     * @param event with its score, or without one while there is no model
     */
    void onScore(ScoredEvent event);

    /**
     * An event was refused: in a job it goes to the dead letters.
     *
     * @param event the event
     * @param reason one sentence
     */
    void onRefused(FeatureEvent event, String reason);

    /**
     * A window was trained on.
     *
     * @param candidate the model, and whether it serves from now on
     */
    void onTrained(Candidate candidate);

    /**
     * A training failed, and the model before stays.
     *
     * @param version the version that the model would have had
     * @param reason one sentence
     */
    void onFailed(long version, String reason);

    /**
     * The p-values of ordinary events are no longer what the model was calibrated on.
     *
     * @param version the version of the model
     * @param calls how often that was called in the batch that was scored
     * @param timeMillis time of the event that it was first called with, milliseconds since 1970
     */
    void onDrift(long version, int calls, long timeMillis);

    /**
     * A training goes on.
     *
     * @param version the version of the model to be
     * @param progress where it is
     */
    void onProgress(long version, TrainingProgress progress);
  }

  /**
   * A replay.
   *
   * @param config the job; its topics are not looked at
   * @param listener follows it
   * @throws DecodeException if the model to start with is none
   */
  public Replay(JobConfig config, Listener listener) throws DecodeException {
    this.listener = listener;
    scoring = config.scoring();
    training = config.training();
    nowMillis = System.currentTimeMillis();
    trainer =
        new FlowTrainer(
            training.config().withThreads(Runtime.getRuntime().availableProcessors()),
            training.gate(),
            Pace.FULL,
            config.source().input().featureNames());
    sampler = new WindowSampler(training.sampling());
    merger = new WindowMerger(training.sampling());
    held = new HeldEvents(scoring.holdLimit());
    scorer =
        new Scorer(
            new OtflowJob.ChosenEngine(scoring.engine()).create(OptionalInt.empty()),
            new Decisions(scoring.flagging()),
            scoring.batchSize());
    if (config.firstModel().isPresent()) {
      take(SnapshotCodec.fromBytes(config.firstModel().get()));
    }
  }

  /**
   * Takes the next event.
   *
   * @param event of a time no earlier than those before it
   */
  public void add(FeatureEvent event) {
    String refusal = Validation.refusal(event);
    if (refusal != null) {
      listener.onRefused(event, refusal);
      return;
    }
    boolean counted = training.sampling().counted();
    boolean plausible = EventTime.plausible(event.eventTime, nowMillis);
    if (plausible && !counted) {
      sampler.closeUpTo(event.eventTime, merger::add);
      merger.closeUpTo(event.eventTime - 1).forEach(this::train);
    }
    boolean sampled = plausible && sampler.add(event);
    pass(event);
    if (sampled && counted && sampler.seen() >= training.sampling().partEvents()) {
      sampler.closeAll(merger::add);
      merger.closeCounted().ifPresent(this::train);
    }
  }

  /** Ends the replay: trains the first model if there is none yet, and scores what waits for it. */
  public void end() {
    if (model == null) {
      sampler.closeAll(merger::add);
      for (Optional<List<WindowSample>> window = merger.closeRemainder();
          model == null && window.isPresent();
          window = merger.closeRemainder()) {
        train(window.get());
      }
    }
    while (!held.isEmpty()) {
      listener.onScore(ScoredEvent.unscored(held.remove(), nowMillis));
    }
    flush();
  }

  private void pass(FeatureEvent event) {
    if (model != null) {
      score(event);
    } else if (scoring.hold()) {
      FeatureEvent oldest = held.add(event);
      if (oldest != null) {
        listener.onScore(ScoredEvent.unscored(oldest, nowMillis));
      }
    } else {
      listener.onScore(ScoredEvent.unscored(event, nowMillis));
    }
  }

  private void score(FeatureEvent event) {
    String refusal = Validation.refusal(event, model.featureNames());
    if (refusal != null) {
      listener.onRefused(event, refusal);
      return;
    }
    scorer.add(event);
    if (scorer.full()) {
      flush();
    }
  }

  private void flush() {
    if (scorer.size() > 0) {
      scorer.begin();
      long unused = scorer.end(nowMillis, listener::onScore);
      int calls = scorer.takeDrifts();
      if (calls > 0) {
        listener.onDrift(model.version(), calls, scorer.driftedAt());
        if (training.sampling().isCutByDrift()) {
          merger.cut(scorer.driftedAt(), model.version());
        }
      }
    }
  }

  /** Trains on a closed window, in all its shapes. */
  private void train(List<WindowSample> shapes) {
    OptionalInt d = model == null ? OptionalInt.empty() : OptionalInt.of(model.d());
    Optional<WindowSample> sample = WindowMerger.choose(shapes, d);
    if (sample.isEmpty()) {
      return;
    }
    Optional<ModelSnapshot> parent = Optional.ofNullable(model);
    TrainingTask task =
        TrainingTask.after(model, sample.get(), training.config().seed(), sample.get().windowEnd);
    try {
      Candidate candidate =
          trainer.train(
              task.data(parent),
              parent,
              refusals,
              task.version(),
              task.seed(),
              true,
              progress -> {
                listener.onProgress(task.version(), progress);
                return true;
              });
      refusals = candidate.refusalsAfter(refusals);
      listener.onTrained(candidate);
      if (candidate.accepted()) {
        take(candidate.model());
      }
    } catch (TrainingException e) {
      listener.onFailed(task.version(), e.getMessage());
    }
  }

  private void take(ModelSnapshot next) {
    flush();
    scorer.use(next);
    model = next;
    while (!held.isEmpty()) {
      score(held.remove());
    }
  }

  @Override
  public void close() {
    scorer.close();
  }
}
