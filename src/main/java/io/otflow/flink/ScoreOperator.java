package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SnapshotCodec;
import io.otflow.model.ModelSnapshot;
import java.util.List;
import java.util.OptionalInt;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores events in micro-batches under the newest model. Input 1 is events, input 2 snapshots,
 * broadcast. A batch is flushed when it is full, after the linger time, on a watermark, on a model
 * change, before a checkpoint barrier and at the end of the input: each event is scored by exactly
 * one version, in order, and a checkpoint holds no batch. On a GPU a full batch is under way while
 * the next one fills; whatever flushes, flushes both. Time is input 1's alone.
 */
public final class ScoreOperator extends AbstractStreamOperator<ScoredEvent>
    implements TwoInputStreamOperator<FeatureEvent, byte[], ScoredEvent>, BoundedMultiInput {

  /** Where records go that cannot be scored. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead-letters", DeadLetter.TYPE);

  /** Commands to the trainer, as bytes: to train, for the stream has drifted. */
  public static final OutputTag<byte[]> COMMANDS =
      new OutputTag<>("commands", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final long serialVersionUID = 1L;
  private static final Logger LOGGER = LoggerFactory.getLogger(ScoreOperator.class);
  private static final String CURRENT = "current";

  /** The name that the external resource must have in Flink's configuration. */
  private static final String GPU_RESOURCE = "gpu";

  /** What Flink's own GPU driver calls the index. */
  private static final String GPU_INDEX = "index";

  private final ScoreSettings settings;

  private transient BroadcastState<String, byte[]> modelState;
  private transient ListState<FeatureEvent> heldState;
  private transient ListState<double[]> fdrState;
  private transient ListState<double[]> driftState;
  private transient ListState<double[]> countState;
  private transient HeldEvents held;
  private transient Decisions decisions;
  private transient Scorer scorer;
  private transient ScoreMetrics metric;
  private transient JobCounts countsBefore;
  private transient StreamHealth health;
  private transient boolean timerSet;
  private transient long batchSinceMillis;

  /** Version of the newest model from which the stream has drifted. */
  private transient long driftedVersion;

  private transient boolean modelsEnded;
  private transient boolean unscoredTold;

  /**
   * A scorer.
   *
   * @param settings what it does
   */
  public ScoreOperator(ScoreSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    modelState =
        context
            .getOperatorStateStore()
            .getBroadcastState(
                new MapStateDescriptor<>(
                    "model", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    heldState =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("held-events", FeatureEvent.TYPE));
    held = new HeldEvents(settings.holdLimit());
    held.restore(heldState.get());
    fdrState = numbers(context, "false-discovery-rate");
    driftState = numbers(context, "drift");
    countState = numbers(context, "counts");
    countsBefore = JobCounts.ofState(countState.get());
  }

  private static ListState<double[]> numbers(StateInitializationContext context, String name)
      throws Exception {
    return context
        .getOperatorStateStore()
        .getListState(
            new ListStateDescriptor<>(
                name, PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  @Override
  public void open() throws Exception {
    super.open();
    health = new StreamHealth(settings.timeUnit());
    metric = new ScoreMetrics(getMetricGroup(), this::now, health);
    decisions = new Decisions(settings.flagging());
    if (decisions.restoreFdr(fdrState.get())) {
      LOGGER.info("flags go on from those before the restore");
    }
    scorer = new Scorer(settings.engines().create(assignedGpu()), decisions, settings.batchSize());
    metric.uses(scorer.engine());
    byte[] restored = modelState.get(CURRENT);
    if (restored != null) {
      // Its signature was checked when it came; the key may have changed since.
      offerModel(restored, false);
    }
    decisions.restoreDrift(driftState.get());
    if (settings.first().isPresent() && (restored == null || !settings.trained())) {
      offerModel(settings.first().get(), true);
    }
    if (!held.isEmpty()) {
      setTimer(0);
    }
  }

  @Override
  public void processElement1(StreamRecord<FeatureEvent> element) throws Exception {
    releaseHeld();
    FeatureEvent event = element.getValue();
    String refusal = Validation.refusal(event, scorer.featureNames());
    health.see(event, refusal, now()).ifPresent(LOGGER::warn);
    if (refusal != null) {
      refuse(event, refusal);
    } else if (ready()) {
      enqueue(event);
    } else if (waiting()) {
      hold(event);
    } else {
      emitUnscored(event);
    }
  }

  @Override
  public void processElement2(StreamRecord<byte[]> element) throws Exception {
    flush();
    offerModel(element.getValue(), true);
    releaseHeld();
  }

  /**
   * The GPU that Flink's external resource framework assigned to the task manager; several are
   * dealt out to the subtasks in turn.
   */
  private OptionalInt assignedGpu() {
    List<Integer> indexes =
        getRuntimeContext().getExternalResourceInfos(GPU_RESOURCE).stream()
            .flatMap(info -> info.getProperty(GPU_INDEX).stream())
            .map(Integer::valueOf)
            .sorted()
            .toList();
    if (indexes.isEmpty()) {
      return OptionalInt.empty();
    }
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    int index = indexes.get(subtask % indexes.size());
    LOGGER.info("GPU {} of {} is assigned to subtask {}", index, indexes, subtask);
    return OptionalInt.of(index);
  }

  /** Whether events are scored now. */
  private boolean ready() {
    return scorer.model() != null && (modelsEnded || !settings.newestOnly());
  }

  /** Whether events that cannot be scored now may be scored later. */
  private boolean waiting() {
    return settings.hold() && !modelsEnded;
  }

  /** Takes a model, if it is one, newer, and signed as those from outside must be. */
  private void offerModel(byte[] bytes, boolean fromOutside) throws Exception {
    ModelSnapshot model;
    try {
      if (fromOutside && settings.keys().verifying().isPresent()) {
        RecordSignature.MODEL.verify(bytes, settings.keys().verifying().get());
      }
      model = SnapshotCodec.fromBytes(bytes);
    } catch (DecodeException e) {
      metric.refusedModels.inc();
      LOGGER.error("a model snapshot is refused, the model before stays: {}", e.getMessage());
      return;
    }
    ModelSnapshot current = scorer.model();
    if (current != null && model.version() <= current.version()) {
      LOGGER.debug("model {} ignored, {} is in use", model.version(), current.version());
      return;
    }
    scorer.use(model);
    metric.uses(scorer.engine());
    modelState.put(CURRENT, bytes);
    metric.uses(model);
    if (current != null) {
      metric.swaps.inc();
    }
    LOGGER.info(
        "model {} in use after {}", model.version(), current == null ? "none" : current.version());
  }

  private void enqueue(FeatureEvent event) throws Exception {
    scorer.add(event);
    if (scorer.full()) {
      begin();
      if (scorer.saturated()) {
        end();
      } else {
        // What is under way comes out with the next batch, or when the time is up.
        batchSinceMillis = now();
        setTimer(settings.lingerMillis());
      }
    } else if (scorer.size() == 1) {
      batchSinceMillis = now();
      setTimer(settings.lingerMillis());
    }
  }

  private void setTimer(long delayMillis) {
    if (!timerSet) {
      timerSet = true;
      var unused = getProcessingTimeService().registerTimer(now() + delayMillis, time -> onTimer());
    }
  }

  /**
   * Flushes a batch that has waited for its whole linger time. A timer set for a batch that filled
   * up meanwhile leaves the one that followed it its own time, so that a dense stream is scored in
   * full batches.
   */
  private void onTimer() throws Exception {
    timerSet = false;
    boolean holding = !held.isEmpty();
    releaseHeld();
    long left = batchSinceMillis + settings.lingerMillis() - now();
    if (holding || left <= 0) {
      flush();
    } else if (scorer.waiting() > 0) {
      setTimer(left);
    }
  }

  /** Scores and emits all that waits. */
  private void flush() {
    if (scorer.size() > 0) {
      if (scorer.saturated()) {
        end();
      }
      begin();
    }
    while (scorer.busy()) {
      end();
    }
  }

  private void begin() {
    metric.batchSize.update(scorer.size());
    metric.eventsScored.inc(scorer.size());
    scorer.begin();
  }

  private void end() {
    metric.scoringTime.update(scorer.end(now(), this::emit) / 1000);
    int drifts = scorer.takeDrifts();
    if (drifts > 0) {
      metric.drifts.inc(drifts);
      drifted();
    }
    metric.driftEvidence(decisions.driftEvidence());
  }

  /** Says so, and asks for a training, once for each model: more calls of it tell nothing new. */
  private void drifted() {
    long version = scorer.model().version();
    if (version <= driftedVersion) {
      return;
    }
    driftedVersion = version;
    LOGGER.warn(
        "the p-values of ordinary events are no longer those that model {} was calibrated to:"
            + " the stream has drifted",
        version);
    if (settings.trainOnDrift()) {
      byte[] command = ModelCommands.train(scorer.driftedAt(), version, settings.keys(), now());
      output.collect(COMMANDS, new StreamRecord<>(command));
    }
  }

  private void emit(ScoredEvent scored) {
    if (scored.anomaly) {
      metric.anomalies.inc();
    }
    output.collect(new StreamRecord<>(scored, scored.eventTime));
  }

  private void hold(FeatureEvent event) {
    FeatureEvent oldest = held.add(event);
    if (oldest != null) {
      emitUnscored(oldest);
    }
  }

  /** Lets go of events that wait, in order, if there is no more reason to. */
  private void releaseHeld() throws Exception {
    if (held.isEmpty() || (!ready() && waiting())) {
      return;
    }
    while (!held.isEmpty()) {
      FeatureEvent event = held.remove();
      if (!ready()) {
        emitUnscored(event);
        continue;
      }
      String refusal = Validation.refusal(event, scorer.featureNames());
      if (refusal != null) {
        refuse(event, refusal);
      } else {
        enqueue(event);
      }
    }
  }

  private void emitUnscored(FeatureEvent event) {
    if (modelsEnded && !unscoredTold) {
      unscoredTold = true;
      LOGGER.warn("the stream of models has ended without one, events pass unscored");
    }
    metric.warmUpEvents.inc();
    output.collect(new StreamRecord<>(ScoredEvent.unscored(event, now()), event.eventTime));
  }

  private void refuse(FeatureEvent event, String reason) {
    metric.deadLetters.inc();
    output.collect(DEAD_LETTERS, new StreamRecord<>(DeadLetter.of(event, reason), event.eventTime));
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void processWatermark1(Watermark mark) throws Exception {
    health.watermark(mark.getTimestamp());
    releaseHeld();
    flush();
    processWatermark(mark);
  }

  @Override
  public void processWatermark2(Watermark mark) {
    // Models carry no time.
  }

  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int index) {
    if (index == 0) {
      output.emitWatermarkStatus(status);
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    releaseHeld();
    flush();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    heldState.update(held.contents());
    fdrState.update(decisions.fdrState().map(List::of).orElse(List.of()));
    driftState.update(decisions.driftState().map(List::of).orElse(List.of()));
    countState.update(List.of(counts().toState()));
  }

  @Override
  public void endInput(int inputId) throws Exception {
    if (inputId == 2) {
      modelsEnded = true;
    }
    releaseHeld();
    flush();
  }

  private JobCounts counts() {
    return countsBefore.plus(JobCounts.of(metric));
  }

  @Override
  public void finish() throws Exception {
    health.end().ifPresent(LOGGER::warn);
    counts().add(getRuntimeContext());
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (scorer != null) {
      scorer.close();
    }
    super.close();
  }
}
