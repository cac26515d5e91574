package io.otflow.flink;

import io.otflow.avro.CommandStatus;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.Candidate;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingProgress;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model on each window, in the background, and emits it as bytes of a snapshot if it may
 * replace the one before. One training runs at a time; of the windows that close meanwhile the
 * newest waits and the others are skipped. The training that runs is state: after a restore it runs
 * again, on the same rows, with the same seed, from the same parent, and the same snapshot comes
 * out. At the end of the input the operator waits for the training that runs and the one that is
 * queued.
 *
 * <p>The second input are commands: to take an earlier model up again, which gets a version of its
 * own, to train no more, or to leave out what came before a drift. Versions are given here and
 * nowhere else, so they only go up. Nothing that happens in a training, an error of the Java
 * machine included, ends the task: it would meet the same window again after the restart.
 */
public final class TrainOperator extends AbstractStreamOperator<byte[]>
    implements TwoInputStreamOperator<WindowSample, byte[], byte[]>, BoundedMultiInput {

  /** Answers to commands, as bytes. */
  public static final OutputTag<byte[]> ANSWERS =
      new OutputTag<>("answers", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final long serialVersionUID = 1L;
  private static final Logger LOGGER = LoggerFactory.getLogger(TrainOperator.class);

  private final TrainSettings settings;
  private final transient MailboxExecutor mailbox;

  private transient ListState<byte[]> state;
  private transient WindowMerger windows;
  private transient TrainMetrics metric;
  private transient ModelSnapshot model;
  private transient byte[] modelBytes;
  private transient boolean pinned;
  private transient long watermark;

  /** Candidates in a row that were refused because their window lacks what the model knows. */
  private transient int refusals;

  private transient WindowSample queued;

  /** The training that ran when the state was saved; it starts again. */
  private transient Optional<TrainingTask> interrupted;

  private transient TrainingSlot slot;

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
    windows.restore(restored.open(), restored.closedUpTo(), restored.cut());
    queued = restored.queued().orElse(null);
    interrupted = restored.running();
    pinned = restored.pinned();
    refusals = restored.refusals();
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
    watermark = Long.MIN_VALUE;
    metric = new TrainMetrics(getMetricGroup());
    metric.pinned(pinned);
    slot =
        new TrainingSlot(
            settings.trainer(),
            settings.deadlineMillis(),
            mailbox,
            getProcessingTimeService(),
            new Trainings());
    if (interrupted.isPresent()) {
      LOGGER.info("training of model {} starts again", interrupted.get().version());
      start(interrupted.get());
    }
    if (settings.firstModel() != null) {
      ModelSnapshot first = decode(settings.firstModel());
      if (model == null && interrupted.isEmpty()) {
        mailbox.execute(
            () -> accept(first, settings.firstModel()), "emit model %s", first.version());
      } else {
        LOGGER.warn(
            "model {} to start with is ignored, the job goes on with its own: to bring another one"
                + " in, use rollback --model",
            first.version());
      }
    }
  }

  @Override
  public void processElement1(StreamRecord<WindowSample> element) {
    if (!windows.add(element.getValue())) {
      metric.lateSamples.inc();
    }
    windows.closeCounted().ifPresent(this::schedule);
  }

  @Override
  public void processElement2(StreamRecord<byte[]> element) {
    ModelCommand command;
    try {
      command = SingleObject.decode(element.getValue(), ModelCommand.class);
    } catch (DecodeException e) {
      metric.refusedCommands.inc();
      LOGGER.error("a command cannot be read and is ignored: {}", e.getMessage());
      return;
    }
    if (command.getStatus() != CommandStatus.ASKED) {
      return; // an answer, of this job or another
    }
    try {
      ModelCommands.require(command, element.getValue(), settings.keys(), now());
      apply(command);
    } catch (DecodeException | IllegalArgumentException e) {
      // Also what a model cannot be, such as one of a version that is too high.
      metric.refusedCommands.inc();
      LOGGER.error("command {} is refused: {}", command.getId(), e.getMessage());
      answer(ModelCommands.refused(command, e.getMessage(), now()));
    }
  }

  private void apply(ModelCommand command) throws DecodeException {
    String message =
        switch (command.getAction()) {
          case ROLLBACK -> takeUp(command);
          case PIN -> pin(command);
          case UNPIN -> {
            pinned(false);
            yield "models are trained and replaced";
          }
          case TRAIN -> trainSinceDrift(command);
        };
    LOGGER.info("command {}: {}", command.getId(), message);
    Long version = model == null ? null : model.version();
    answer(ModelCommands.applied(command, version, message, now()));
  }

  private String takeUp(ModelCommand command) throws DecodeException {
    ModelSnapshot asked = ModelCommands.snapshot(command, settings.keys(), model);
    long next = Math.max(asked.version(), model == null ? 0 : model.version()) + 1;
    ModelSnapshot again = asked.as(next, asked.provenance().rolledBackTo(asked.version(), now()));
    byte[] bytes = toBytes(again);
    if (bytes.length > settings.maxModelBytes()) {
      throw new DecodeException(oversized(again, bytes));
    }
    dropQueued();
    slot.giveUp("a command takes model " + asked.version() + " up again");
    accept(again, bytes);
    metric.rollbacks.inc();
    pinned(false);
    return String.format("model %d is in use again, as version %d", asked.version(), next);
  }

  private String pin(ModelCommand command) throws DecodeException {
    if (command.getSnapshot() != null) {
      String taken = takeUp(command);
      pinned(true);
      return taken + ", and no training replaces it";
    }
    if (model == null) {
      throw new DecodeException("there is no model yet");
    }
    dropQueued();
    slot.giveUp("a command pins model " + model.version());
    pinned(true);
    return "no training replaces model " + model.version();
  }

  /**
   * Cuts the open window short where the stream has drifted, once for each model; a training on
   * what came before is of no more use.
   */
  private String trainSinceDrift(ModelCommand command) throws DecodeException {
    if (command.getSince() == null || command.getVersion() == null) {
      throw new DecodeException("the command does not say since when, or from which model");
    }
    if (!settings.sampling().isCutByDrift()) {
      throw new DecodeException("the trainer runs without --train-on-drift");
    }
    long since = command.getSince().toEpochMilli();
    if (!EventTime.plausible(since, now())) {
      throw new DecodeException("the drift is said to be at " + command.getSince());
    }
    if (pinned) {
      return "the model is pinned, and no training replaces it";
    }
    if (model == null || command.getVersion() != model.version()) {
      return "model " + command.getVersion() + " is in use no more";
    }
    if (watermark != Long.MIN_VALUE) {
      // A single event may have a time far ahead, and what lies behind is merged already.
      since = Math.min(since, watermark + settings.sampling().windowMillis());
      since = Math.max(since, watermark);
    }
    if (!windows.cut(since, model.version())) {
      return "the window is cut short already";
    }
    dropQueued();
    slot.giveUp("the stream has drifted from model " + model.version());
    metric.driftTrainings.inc();
    return "the stream has drifted from model "
        + model.version()
        + ": what came before "
        + Instant.ofEpochMilli(since)
        + " is left out of the window";
  }

  private void pinned(boolean on) {
    pinned = on;
    metric.pinned(on);
  }

  private void answer(byte[] bytes) {
    output.collect(ANSWERS, new StreamRecord<>(bytes));
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void processWatermark1(Watermark mark) throws Exception {
    watermark = mark.getTimestamp();
    windows.closeUpTo(mark.getTimestamp()).forEach(this::schedule);
    processWatermark(mark);
  }

  @Override
  public void processWatermark2(Watermark mark) {
    // Commands carry no time.
  }

  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int index) {
    if (index == 0) {
      output.emitWatermarkStatus(status);
    }
  }

  @Override
  public void endInput(int inputId) throws Exception {
    if (inputId != 1) {
      return;
    }
    boolean unserved = model == null && slot.running() == null && queued == null;
    if (unserved && settings.sampling().counted()) {
      windows.closeRemainder().ifPresent(this::schedule);
    }
    while (slot.running() != null || (queued != null && !slot.free())) {
      mailbox.yield();
    }
  }

  /** Takes a closed window, in all its shapes: trains on it, or queues it. */
  private void schedule(List<WindowSample> shapes) {
    if (pinned) {
      metric.skippedWindows.inc();
      return;
    }
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
    if (!slot.free() || queued == null) {
      return;
    }
    WindowSample sample = queued;
    queued = null;
    if (model != null && sample.d != model.d()) {
      metric.skippedWindows.inc();
      metric.unfitEvents.inc(sample.seen);
      return;
    }
    start(TrainingTask.after(model, sample, settings.seed(), now()));
  }

  private void start(TrainingTask task) {
    slot.start(task, Optional.ofNullable(model), refusals, drifted());
  }

  /** Whether the stream has drifted from the model that serves. */
  private boolean drifted() {
    return model != null && windows.lastCut().version() == model.version();
  }

  /** What becomes of the trainings. */
  private final class Trainings implements TrainingSlot.Listener {

    @Override
    public void onProgress(TrainingProgress progress) {
      metric.progress(progress.trainingLoss(), progress.heldOutLoss());
      if (!progress.incident().isEmpty()) {
        LOGGER.warn("training, iteration {}: {}", progress.iteration(), progress.incident());
      }
    }

    @Override
    public void onEnded(TrainingTask task, BackgroundTraining.Outcome outcome) {
      if (outcome.candidate().isPresent()) {
        onTrained(outcome.candidate().get(), outcome.millis());
      } else {
        metric.failed(outcome.millis());
        report(task.version(), outcome.failure());
      }
    }

    @Override
    public void onTimeout() {
      metric.failed(settings.deadlineMillis());
      metric.trainingTimeouts.inc();
    }

    @Override
    public void onFree() {
      startQueued();
    }
  }

  private void dropQueued() {
    if (queued != null) {
      metric.skippedWindows.inc();
      queued = null;
    }
  }

  private void onTrained(Candidate candidate, long millis) {
    ModelSnapshot trained = candidate.model();
    metric.trained(candidate, millis);
    LOGGER.info(
        "training of model {} took {} ms, held-out loss {} nats",
        trained.version(),
        millis,
        trained.provenance().heldOutLoss());
    candidate
        .decision()
        .ifPresent(
            decision ->
                LOGGER.info(
                    "model {} is {}: {}",
                    trained.version(),
                    decision.accepted() ? "accepted" : "refused, the one before stays",
                    decision.reason()));
    trained.calibration().ifPresent(calibration -> report(trained.version(), calibration));
    refusals = candidate.refusalsAfter(refusals);
    if (candidate.accepted()) {
      accept(trained, toBytes(trained));
    }
  }

  private static void report(long version, Calibration calibration) {
    LOGGER.info(
        "model {} is calibrated by {} rows, of which {} % are taken for anomalies",
        version, calibration.rows(), Math.round(1000 * calibration.contamination()) / 10.0);
    if (calibration.alertRate() < calibration.smallestRate()) {
      LOGGER.warn("model {}: {}", version, calibration.shortfall());
    }
  }

  private static void report(long version, Throwable failure) {
    if (failure instanceof TrainingException) {
      LOGGER.warn(
          "training of model {} failed, the one before stays: {}", version, failure.getMessage());
    } else {
      LOGGER.error("training of model {} failed, the one before stays", version, failure);
    }
  }

  private byte[] toBytes(ModelSnapshot next) {
    return SnapshotCodec.toBytes(next, settings.keys().signing());
  }

  private void accept(ModelSnapshot next, byte[] bytes) {
    if (model != null && next.version() <= model.version()) {
      return;
    }
    if (bytes.length > settings.maxModelBytes()) {
      metric.oversizedModels.inc();
      LOGGER.error("{}", oversized(next, bytes));
      return;
    }
    model = next;
    modelBytes = bytes;
    metric.modelVersion(next.version());
    output.collect(new StreamRecord<>(bytes));
  }

  private String oversized(ModelSnapshot next, byte[] bytes) {
    return String.format(
        "model %d has %d bytes and its topic takes %d, the one before stays: raise the topic's"
            + " max.message.bytes",
        next.version(), bytes.length, settings.maxModelBytes());
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
            Optional.ofNullable(slot.running()),
            pinned,
            refusals,
            windows.lastCut());
    state.update(List.of(TrainerStateCodec.toBytes(now)));
  }

  @Override
  public void close() throws Exception {
    if (slot != null) {
      slot.close();
    }
    super.close();
  }
}
