package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.SnapshotCodec;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The training operator in Flink's harness: order of trainings, failures, what is state. */
@Timeout(30)
class TrainOperatorTest {

  private static final SampleSettings WINDOWS = new SampleSettings(100, 0, 32, 1);

  /** Trainings wait for this before they end; static because the operator is serialized. */
  private static volatile CountDownLatch gate;

  private static final ConcurrentLinkedQueue<String> ENDED = new ConcurrentLinkedQueue<>();

  private static final SnapshotTrainer GATED =
      (data, parent, version, seed, listener) -> {
        try {
          gate.await();
        } catch (InterruptedException e) {
          ENDED.add("interrupted");
          throw new TrainingException("interrupted");
        }
        return Fakes.train(data, parent, version, seed, listener);
      };

  @BeforeEach
  void closeTheGate() {
    gate = new CountDownLatch(1);
    ENDED.clear();
  }

  private static OneInputStreamOperatorTestHarness<WindowSample, byte[]> harness(
      SnapshotTrainer trainer, byte[] first) throws Exception {
    return harness(new TrainSettings(WINDOWS, trainer, 5, first));
  }

  private static OneInputStreamOperatorTestHarness<WindowSample, byte[]> harness(
      TrainSettings settings) throws Exception {
    OneInputStreamOperatorTestHarness<WindowSample, byte[]> harness =
        new OneInputStreamOperatorTestHarness<>(new TrainOperatorFactory(settings), 8, 1, 0);
    harness.setup();
    return harness;
  }

  private static WindowSample sample(long windowStart, int from, int to) {
    BottomK rows = new BottomK(32, 2);
    for (int i = from; i < to; i++) {
      rows.add(Hashing.mix(i), new float[] {i, 1}, 0);
    }
    return rows.toSample(windowStart, windowStart + 100);
  }

  private static void window(OneInputStreamOperatorTestHarness<WindowSample, byte[]> h, long start)
      throws Exception {
    h.processElement(new StreamRecord<>(sample(start, (int) start, (int) start + 10)));
    h.processWatermark(start + 99);
  }

  private static void awaitModels(
      OneInputStreamOperatorTestHarness<WindowSample, byte[]> h, int count) throws Exception {
    while (models(h).size() < count) {
      runMails(h);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static void runMails(OneInputStreamOperatorTestHarness<WindowSample, byte[]> h)
      throws Exception {
    var mail = h.getTaskMailbox().tryTake(0);
    if (mail.isPresent()) {
      mail.get().run();
    }
  }

  private static List<ModelSnapshot> models(
      OneInputStreamOperatorTestHarness<WindowSample, byte[]> h) throws Exception {
    List<ModelSnapshot> models = new ArrayList<>();
    for (byte[] bytes : h.extractOutputValues()) {
      models.add(SnapshotCodec.fromBytes(bytes));
    }
    return models;
  }

  private static List<Long> versions(OneInputStreamOperatorTestHarness<WindowSample, byte[]> h)
      throws Exception {
    return models(h).stream().map(ModelSnapshot::version).toList();
  }

  @Test
  void eachWindowTrainsTheNextVersionFromTheOneBefore() throws Exception {
    try (var h = harness(Fakes::train, null)) {
      h.open();
      window(h, 0);
      awaitModels(h, 1);
      window(h, 100);
      awaitModels(h, 2);
      assertThat(versions(h)).containsExactly(1L, 2L);
      ModelSnapshot second = models(h).get(1);
      assertThat(second.provenance().parentVersion()).hasValue(1);
      assertThat(second.provenance().windowStartMillis()).hasValue(100);
      assertThat(second.provenance().windowEndMillis()).hasValue(200);
      assertThat(second.provenance().eventsSeen()).isEqualTo(10);
      assertThat(second.provenance().seed()).isEqualTo(Hashing.mix(5, 2));
    }
  }

  @Test
  void samplesOfOneWindowAreMerged() throws Exception {
    try (var h = harness(Fakes::train, null)) {
      h.open();
      h.processElement(new StreamRecord<>(sample(0, 0, 20)));
      h.processElement(new StreamRecord<>(sample(0, 20, 50)));
      h.processWatermark(99);
      awaitModels(h, 1);
      assertThat(models(h).get(0).provenance().eventsSeen()).isEqualTo(50);
      assertThat(models(h).get(0).provenance().rowsTrained()).isEqualTo(32);
    }
  }

  @Test
  void ofTheWindowsThatCloseDuringATrainingTheNewestIsNext() throws Exception {
    try (var h = harness(GATED, null)) {
      h.open();
      for (int start = 0; start < 500; start += 100) {
        window(h, start);
      }
      gate.countDown();
      awaitModels(h, 2);
      h.endInput();
      assertThat(models(h))
          .extracting(m -> m.provenance().windowStartMillis().getAsLong())
          .containsExactly(0L, 400L);
    }
  }

  @Test
  void theEndOfTheInputWaitsForTheRunningAndTheQueuedTraining() throws Exception {
    try (var h = harness(GATED, null)) {
      h.open();
      window(h, 0);
      window(h, 100);
      Thread opener =
          new Thread(
              () -> {
                try {
                  TimeUnit.MILLISECONDS.sleep(100);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                gate.countDown();
              });
      opener.start();
      h.endInput();
      assertThat(versions(h)).containsExactly(1L, 2L);
      opener.join();
    }
  }

  @Test
  void aFailedTrainingKeepsTheModelAndTheNextOneGoesOn() throws Exception {
    try (var h = harness(Fakes::train, Fakes.modelBytes(3, 2))) {
      h.open();
      h.processElement(new StreamRecord<>(sample(0, 0, 2)));
      h.processWatermark(99);
      h.endInput();
      assertThat(versions(h)).containsExactly(3L);
      window(h, 100);
      h.endInput();
      assertThat(versions(h)).containsExactly(3L, 4L);
    }
  }

  @Test
  void aRestoreRunsTheSameTrainingAgain() throws Exception {
    OperatorSubtaskState state;
    try (var h = harness(GATED, Fakes.modelBytes(1, 2))) {
      h.setProcessingTime(1234);
      h.open();
      awaitModels(h, 1);
      window(h, 0);
      window(h, 100);
      state = h.snapshot(1, 1);
    }
    List<byte[]> first = resume(state, 5000);
    List<byte[]> again = resume(state, 9000);
    assertThat(again.get(0)).containsExactly(first.get(0));
    ModelSnapshot model = SnapshotCodec.fromBytes(first.get(0));
    assertThat(model.version()).isEqualTo(2);
    assertThat(model.provenance().createdAtMillis()).isEqualTo(1234);
    assertThat(SnapshotCodec.fromBytes(first.get(1)).version()).isEqualTo(3);
    assertThat(first).hasSize(2);
  }

  private static List<byte[]> resume(OperatorSubtaskState state, long time) throws Exception {
    gate.countDown();
    try (var h = harness(GATED, Fakes.modelBytes(1, 2))) {
      h.setProcessingTime(time);
      h.initializeState(state);
      h.open();
      h.endInput();
      return List.copyOf(h.extractOutputValues());
    }
  }

  @Test
  void aWindowThatWasTrainedOnIsNotOpenedAgain() throws Exception {
    OperatorSubtaskState state;
    try (var h = harness(Fakes::train, null)) {
      h.open();
      window(h, 0);
      awaitModels(h, 1);
      state = h.snapshot(1, 1);
    }
    try (var h = harness(Fakes::train, null)) {
      h.initializeState(state);
      h.open();
      window(h, 0);
      h.endInput();
      assertThat(versions(h)).isEmpty();
      window(h, 100);
      h.endInput();
      assertThat(versions(h)).containsExactly(2L);
    }
  }

  @Test
  void rowsOfAnotherNumberOfFeaturesAreLeftOut() throws Exception {
    try (var h = harness(Fakes::train, Fakes.modelBytes(1, 3))) {
      h.open();
      awaitModels(h, 1);
      window(h, 0);
      h.endInput();
      assertThat(versions(h)).containsExactly(1L);
    }
  }

  @Test
  void countedWindowsTrainWhenEnoughWasSeen() throws Exception {
    try (var h =
        harness(new TrainSettings(new SampleSettings(0, 30, 32, 1), Fakes::train, 5, null))) {
      h.open();
      h.processElement(new StreamRecord<>(sample(0, 0, 20)));
      h.endInput();
      assertThat(models(h).get(0).provenance().eventsSeen()).isEqualTo(20);
      h.processElement(new StreamRecord<>(sample(0, 20, 35)));
      h.endInput();
      assertThat(models(h)).hasSize(1);
      h.processElement(new StreamRecord<>(sample(0, 35, 50)));
      h.endInput();
      assertThat(models(h).get(1).provenance().eventsSeen()).isEqualTo(30);
    }
  }

  @Test
  void closingInterruptsTheTraining() throws Exception {
    try (var h = harness(GATED, null)) {
      h.open();
      window(h, 0);
    }
    assertThat(ENDED).containsExactly("interrupted");
  }
}
