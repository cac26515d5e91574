package io.otflow.flink;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Samples each window, or each of its parts, so that only a sample crosses the network. One of
 * event time goes out when the watermark has passed its end; a counted one when this subtask has
 * seen its share of the events, rounded up, and what is left at the end of the input. Events later
 * than that end are not sampled.
 */
public final class SampleOperator extends AbstractStreamOperator<WindowSample>
    implements OneInputStreamOperator<FeatureEvent, WindowSample>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private final SampleSettings settings;

  private transient ListState<WindowSample> state;
  private transient WindowSampler sampler;
  private transient long watermark;
  private transient long share;
  private transient Counter lateEvents;
  private transient Counter unsampledEvents;

  /**
   * A sampler.
   *
   * @param settings what it does
   */
  public SampleOperator(SampleSettings settings) {
    this.settings = settings;
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
  }

  @Override
  public void processElement(StreamRecord<FeatureEvent> element) {
    FeatureEvent event = element.getValue();
    if (Validation.refusal(event) != null
        || !EventTime.plausible(
            event.eventTime, getProcessingTimeService().getCurrentProcessingTime())) {
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
    if (!settings.counted()) {
      sampler.closeUpTo(watermark == Long.MAX_VALUE ? watermark : watermark + 1, this::emit);
    }
    super.processWatermark(mark);
  }

  @Override
  public void endInput() {
    sampler.closeAll(this::emit);
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
