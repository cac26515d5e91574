package io.otflow.flink;

import io.otflow.avro.ModelAction;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SigningKey;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.model.ModelSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** The training operator in Flink's harness, fed with windows of ten events of two features. */
final class TrainHarness extends AbstractStreamOperatorTestHarness<byte[]> {

  /** Windows of 100 ms, 32 rows of each. */
  static final SampleSettings WINDOWS = new SampleSettings(100, 0, 32, 1);

  private static final long DEADLINE_MILLIS = 60_000;

  private static final int MAX_MODEL_BYTES = 1_000_000;

  private final Metrics metrics;

  TrainHarness(TrainSettings settings) throws Exception {
    this(settings, new Metrics());
  }

  private TrainHarness(TrainSettings settings, Metrics metrics) throws Exception {
    super(
        new TrainOperatorFactory(settings),
        new MockEnvironmentBuilder()
            .setMaxParallelism(8)
            .setParallelism(1)
            .setMetricGroup(metrics)
            .build());
    this.metrics = metrics;
    setup();
  }

  /** Keeps what the operator registers. */
  private static final class Metrics extends UnregisteredMetricGroups.UnregisteredTaskMetricGroup {
    private final InterceptingOperatorMetricGroup operator = new InterceptingOperatorMetricGroup();

    @Override
    public InternalOperatorMetricGroup getOrAddOperator(
        OperatorID id, String name, Map<String, String> variables) {
      return operator;
    }
  }

  private TrainOperator train() {
    return (TrainOperator) getOperator();
  }

  /** A harness with a trainer, and a model to start with or null. */
  static TrainHarness of(SnapshotTrainer trainer, byte[] first) throws Exception {
    return of(WINDOWS, trainer, first);
  }

  static TrainHarness of(SampleSettings sampling, SnapshotTrainer trainer, byte[] first)
      throws Exception {
    return new TrainHarness(settings(sampling, trainer, ModelKeys.NONE, first));
  }

  static TrainSettings settings(
      SampleSettings sampling, SnapshotTrainer trainer, ModelKeys keys, byte[] first) {
    return new TrainSettings(sampling, trainer, 5, DEADLINE_MILLIS, MAX_MODEL_BYTES, keys, first);
  }

  /** Lets the deadline of a training that has just started pass. */
  void passDeadline() throws Exception {
    setProcessingTime(getProcessingTime() + DEADLINE_MILLIS);
  }

  static WindowSample sample(long windowStart, int from, int to) {
    BottomK rows = new BottomK(32, 2);
    for (int i = from; i < to; i++) {
      rows.add(Hashing.mix(i), new double[] {i, 1}, 0);
    }
    return rows.toSample(windowStart, windowStart + 100);
  }

  void send(WindowSample sample) throws Exception {
    train().processElement1(new StreamRecord<>(sample));
  }

  /** A window of ten events, closed. */
  void window(long start) throws Exception {
    send(sample(start, (int) start, (int) start + 10));
    watermark(start + 99);
  }

  void watermark(long time) throws Exception {
    train().processWatermark1(new Watermark(time));
  }

  void endInput1() throws Exception {
    train().endInput(1);
  }

  void command(ModelCommand command) throws Exception {
    train().processElement2(new StreamRecord<>(SingleObject.encode(command)));
  }

  /** Gives a command of now. */
  void ask(ModelAction action, byte[] snapshot) throws Exception {
    command(ModelCommands.ask(action, snapshot, getProcessingTime()));
  }

  /** Gives a signed command of now. */
  void ask(ModelAction action, byte[] snapshot, SigningKey key) throws Exception {
    byte[] command = SingleObject.encode(ModelCommands.ask(action, snapshot, getProcessingTime()));
    train().processElement2(new StreamRecord<>(RecordSignature.COMMAND.sign(command, key)));
  }

  /** Answers to commands so far. */
  List<ModelCommand> answers() throws Exception {
    List<ModelCommand> answers = new ArrayList<>();
    var side = getSideOutput(TrainOperator.ANSWERS);
    if (side != null) {
      for (StreamRecord<byte[]> record : side) {
        answers.add(SingleObject.decode(record.getValue(), ModelCommand.class));
      }
    }
    return answers;
  }

  void awaitModels(int count) throws Exception {
    while (models().size() < count) {
      runMails();
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Runs what waits for the task's thread. */
  void runMails() throws Exception {
    var mail = getTaskMailbox().tryTake(0);
    if (mail.isPresent()) {
      mail.get().run();
    }
  }

  List<ModelSnapshot> models() throws Exception {
    List<ModelSnapshot> models = new ArrayList<>();
    for (byte[] bytes : extractOutputValues()) {
      models.add(SnapshotCodec.fromBytes(bytes));
    }
    return models;
  }

  List<Long> versions() throws Exception {
    return models().stream().map(ModelSnapshot::version).toList();
  }

  /** What a counter of the operator says. */
  long counted(String name) {
    return ((Counter) metrics.operator.get(name)).getCount();
  }

  /** What a gauge of the operator says. */
  Object gauge(String name) {
    return ((Gauge<?>) metrics.operator.get(name)).getValue();
  }
}
