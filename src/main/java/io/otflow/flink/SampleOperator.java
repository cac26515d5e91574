package io.otflow.flink;

import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples each window, or each of its parts, so that only a sample crosses the network. One of
 * event time goes out when the watermark has passed its end; a counted one when this subtask has
 * seen its share of the events, rounded up, and what is left at the end of the input. Events later
 * than that end are not sampled.
 */
public final class SampleOperator extends AbstractStreamOperator<WindowSample>
    implements OneInputStreamOperator<FeatureEvent, WindowSample>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private static final Logger LOGGER = LoggerFactory.getLogger(SampleOperator.class);

  private final SampleSettings settings;
  private final TimeUnit watched;

  private transient ListState<WindowSample> state;
  private transient WindowSampler sampler;
  private transient long watermark;
  private transient long share;
  private transient Counter lateEvents;
  private transient Counter unsampledEvents;
  private transient StreamHealth health;

  /**
   * A sampler beside a scorer, which tells what is wrong with the stream.
   *
   * @param settings what it does
   */
  public SampleOperator(SampleSettings settings) {
    this(settings, null);
  }

  /**
   * A sampler.
   *
   * @param settings what it does
   * @param watched what times count that are plain numbers, if it is to tell what is wrong with the
   *     stream; null if another does
   */
  public SampleOperator(SampleSettings settings, TimeUnit watched) {
    this.settings = settings;
    this.watched = watched;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("samples", WindowSample.TYPE));
    sampler = new WindowSampler(settings);
    for (WindowSample part : state.get()) {
      sampler.restore(part);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    watermark = Long.MIN_VALUE;
    int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    share = (settings.partEvents() + subtasks - 1) / subtasks;
    lateEvents = getMetricGroup().counter("lateEvents");
    unsampledEvents = getMetricGroup().counter("unsampledEvents");
    if (watched != null) {
      health = new StreamHealth(watched);
      getMetricGroup().<Double, Gauge<Double>>gauge("refusedShare", health::refusedShare);
    }
  }

  @Override
  public void processElement(StreamRecord<FeatureEvent> element) {
    FeatureEvent event = element.getValue();
    long now = getProcessingTimeService().getCurrentProcessingTime();
    String refusal = Validation.refusal(event);
    if (health != null) {
      health.see(event, refusal, now).ifPresent(LOGGER::warn);
    }
    if (refusal != null || !EventTime.plausible(event.eventTime, now)) {
      unsampledEvents.inc();
    } else if (!settings.counted() && settings.partEnd(event.eventTime) - 1 <= watermark) {
      lateEvents.inc();
    } else if (!sampler.add(event)) {
      unsampledEvents.inc();
    } else if (settings.counted() && sampler.seen() >= share) {
      sampler.closeAll(this::emit);
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    watermark = mark.getTimestamp();
    if (health != null) {
      health.watermark(watermark);
    }
    if (!settings.counted()) {
      sampler.closeUpTo(watermark == Long.MAX_VALUE ? watermark : watermark + 1, this::emit);
    }
    super.processWatermark(mark);
  }

  @Override
  public void endInput() {
    sampler.closeAll(this::emit);
    if (health != null) {
      health.end().ifPresent(LOGGER::warn);
    }
  }

  private void emit(WindowSample sample) {
    output.collect(new StreamRecord<>(sample, sample.windowEnd - 1));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(sampler.contents());
  }
}
