package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.SnapshotCodec;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingProgress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model on each window, in the background, and emits it as bytes of a snapshot. One
 * training runs at a time; of the windows that close meanwhile the newest waits and the others are
 * skipped. The training that runs is state: after a restore it runs again, on the same rows, with
 * the same seed, from the same parent, and the same snapshot comes out. At the end of the input the
 * operator waits for the training that runs and the one that is queued.
 */
public final class TrainOperator extends AbstractStreamOperator<byte[]>
    implements OneInputStreamOperator<WindowSample, byte[]>, BoundedOneInput {

  private static final long serialVersionUID = 1L;
  private static final Logger LOGGER = LoggerFactory.getLogger(TrainOperator.class);
  private static final long CANCEL_TIMEOUT_MILLIS = 10_000;

  private final TrainSettings settings;
  private final transient MailboxExecutor mailbox;

  private transient ListState<byte[]> state;
  private transient WindowMerger windows;
  private transient TrainMetrics metric;
  private transient ModelSnapshot model;
  private transient byte[] modelBytes;
  private transient WindowSample queued;
  private transient TrainingTask running;
  private transient BackgroundTraining training;

  TrainOperator(StreamOperatorParameters<byte[]> parameters, TrainSettings settings) {
    super(parameters);
    this.settings = settings;
    this.mailbox = parameters.getMailboxExecutor();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "trainer", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    TrainerState restored = TrainerState.EMPTY;
    for (byte[] bytes : state.get()) {
      restored = TrainerStateCodec.fromBytes(bytes);
    }
    windows = new WindowMerger(settings.sampling());
    windows.restore(restored.open(), restored.closedUpTo());
    queued = restored.queued().orElse(null);
    running = restored.running().orElse(null);
    if (restored.model().isPresent()) {
      modelBytes = restored.model().get();
      model = decode(modelBytes);
    }
  }

  private static ModelSnapshot decode(byte[] bytes) throws IOException {
    try {
      return SnapshotCodec.fromBytes(bytes);
    } catch (DecodeException e) {
      throw new IOException("the trainer's model cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    metric = new TrainMetrics(getMetricGroup());
    if (running != null) {
      LOGGER.info("training of model {} starts again", running.version());
      launch();
    }
    if (settings.firstModel() != null) {
      ModelSnapshot first = decode(settings.firstModel());
      long newest = running != null ? running.version() : model == null ? 0 : model.version();
      if (first.version() > newest) {
        mailbox.execute(
            () -> accept(first, settings.firstModel()), "emit model %s", first.version());
      } else {
        LOGGER.info("first model {} ignored, the state has {}", first.version(), newest);
      }
    }
  }

  @Override
  public void processElement(StreamRecord<WindowSample> element) {
    if (!windows.add(element.getValue())) {
      metric.lateSamples.inc();
    }
    windows.closeCounted().ifPresent(this::schedule);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    windows.closeUpTo(mark.getTimestamp()).forEach(this::schedule);
    super.processWatermark(mark);
  }

  @Override
  public void endInput() throws Exception {
    boolean unserved = model == null && running == null && queued == null;
    if (unserved && settings.sampling().counted()) {
      windows.closeRemainder().ifPresent(this::schedule);
    }
    while (running != null) {
      mailbox.yield();
    }
  }

  /** Takes a closed window, in all its shapes: trains on it, or queues it. */
  private void schedule(List<WindowSample> shapes) {
    OptionalInt d = model == null ? OptionalInt.empty() : OptionalInt.of(model.d());
    Optional<WindowSample> chosen = WindowMerger.choose(shapes, d);
    shapes.stream()
        .filter(shape -> chosen.isEmpty() || shape != chosen.get())
        .forEach(shape -> metric.unfitEvents.inc(shape.seen));
    if (chosen.isEmpty()) {
      metric.skippedWindows.inc();
      return;
    }
    if (queued != null) {
      metric.skippedWindows.inc();
      LOGGER.info(
          "window up to {} skipped: a newer one closed before its training could start",
          queued.windowEnd);
    }
    queued = chosen.get();
    startQueued();
  }

  private void startQueued() {
    if (running != null || queued == null) {
      return;
    }
    WindowSample sample = queued;
    queued = null;
    if (model != null && sample.d != model.d()) {
      metric.skippedWindows.inc();
      metric.unfitEvents.inc(sample.seen);
      return;
    }
    long version = model == null ? 1 : model.version() + 1;
    running =
        new TrainingTask(
            sample,
            version,
            Hashing.mix(settings.seed(), version),
            getProcessingTimeService().getCurrentProcessingTime());
    launch();
  }

  private void launch() {
    LOGGER.info(
        "training of model {} starts on {} of {} events, window {} to {}",
        running.version(),
        running.sample().priorities.length,
        running.sample().seen,
        running.sample().windowStart,
        running.sample().windowEnd);
    training =
        new BackgroundTraining(
            settings.trainer(),
            running,
            Optional.ofNullable(model),
            this::onProgress,
            this::handBack);
  }

  /** Passes the result to the task's thread; called on the training's. */
  private void handBack(BackgroundTraining.Outcome outcome) {
    try {
      mailbox.execute(() -> onTrained(outcome), "training ended");
    } catch (RejectedExecutionException e) {
      LOGGER.info("a training ended after its task, its result is dropped");
    }
  }

  private void onProgress(TrainingProgress progress) {
    metric.progress(progress.trainingLoss(), progress.heldOutLoss());
    if (!progress.incident().isEmpty()) {
      LOGGER.warn("training, iteration {}: {}", progress.iteration(), progress.incident());
    }
  }

  private void onTrained(BackgroundTraining.Outcome outcome) {
    long version = running.version();
    running = null;
    training = null;
    if (outcome.model().isPresent()) {
      ModelSnapshot trained = outcome.model().get();
      metric.trained(trained, outcome.millis());
      LOGGER.info(
          "training of model {} took {} ms, held-out loss {} nats",
          version,
          outcome.millis(),
          trained.provenance().heldOutLoss());
      accept(trained, SnapshotCodec.toBytes(trained));
    } else {
      metric.failed(outcome.millis());
      report(version, outcome.failure());
    }
    startQueued();
  }

  /** A window that cannot be trained on keeps the model before; an error ends the task. */
  private void report(long version, Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof TrainingException) {
      LOGGER.warn(
          "training of model {} failed, the one before stays: {}", version, failure.getMessage());
    } else {
      LOGGER.error("training of model {} failed, the one before stays", version, failure);
    }
  }

  private void accept(ModelSnapshot next, byte[] bytes) {
    if (model != null && next.version() <= model.version()) {
      return;
    }
    model = next;
    modelBytes = bytes;
    output.collect(new StreamRecord<>(bytes));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    TrainerState now =
        new TrainerState(
            Optional.ofNullable(modelBytes),
            windows.closedUpTo(),
            windows.contents(),
            Optional.ofNullable(queued),
            Optional.ofNullable(running));
    state.update(List.of(TrainerStateCodec.toBytes(now)));
  }

  @Override
  public void close() throws Exception {
    if (training != null) {
      training.cancel(CANCEL_TIMEOUT_MILLIS);
      if (training.alive()) {
        LOGGER.warn(
            "a training did not end in {} ms after it was cancelled", CANCEL_TIMEOUT_MILLIS);
      }
    }
    super.close();
  }
}
