package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.CommandStatus;
import io.otflow.avro.ModelAction;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SigningKey;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.codec.VerifyingKey;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance;
import io.otflow.testing.Await;
import io.otflow.testing.KeyFiles;
import io.otflow.train.Candidate;
import io.otflow.train.CandidateGate;
import io.otflow.train.TrainingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The training operator in Flink's harness: order of trainings, failures, what is state. */
@Timeout(30)
class TrainOperatorTest {

  /** Trainings wait for this before they end; static because the operator is serialized. */
  private static volatile CountDownLatch gate;

  private static final ConcurrentLinkedQueue<String> ENDED = new ConcurrentLinkedQueue<>();

  private static final SnapshotTrainer GATED =
      (data, parent, refusals, version, seed, urgent, listener) -> {
        try {
          gate.await();
        } catch (InterruptedException e) {
          ENDED.add("interrupted");
          throw new TrainingException("interrupted");
        }
        return Fakes.train(data, parent, refusals, version, seed, urgent, listener);
      };

  /** Trainings that have started; static as above. */
  private static final AtomicInteger RUNS = new AtomicInteger();

  @BeforeEach
  void closeTheGate() {
    gate = new CountDownLatch(1);
    ENDED.clear();
  }

  @Test
  void eachWindowTrainsTheNextVersionFromTheOneBefore() throws Exception {
    try (var h = TrainHarness.of(Fakes::train, null)) {
      h.open();
      h.window(0);
      h.awaitModels(1);
      h.window(100);
      h.awaitModels(2);
      assertThat(h.versions()).containsExactly(1L, 2L);
      ModelSnapshot second = h.models().get(1);
      assertThat(second.provenance().parentVersion()).hasValue(1);
      assertThat(second.provenance().windowStartMillis()).hasValue(100);
      assertThat(second.provenance().windowEndMillis()).hasValue(200);
      assertThat(second.provenance().eventsSeen()).isEqualTo(10);
      assertThat(second.provenance().seed()).isEqualTo(Hashing.mix(5, 2));
    }
  }

  @Test
  void samplesOfOneWindowAreMerged() throws Exception {
    try (var h = TrainHarness.of(Fakes::train, null)) {
      h.open();
      h.send(TrainHarness.sample(0, 0, 20));
      h.send(TrainHarness.sample(0, 20, 50));
      h.watermark(99);
      h.awaitModels(1);
      assertThat(h.models().get(0).provenance().eventsSeen()).isEqualTo(50);
      assertThat(h.models().get(0).provenance().rowsTrained()).isEqualTo(32);
    }
  }

  @Test
  void ofTheWindowsThatCloseDuringATrainingTheNewestIsNext() throws Exception {
    try (var h = TrainHarness.of(GATED, null)) {
      h.open();
      for (int start = 0; start < 500; start += 100) {
        h.window(start);
      }
      gate.countDown();
      h.awaitModels(2);
      h.endInput1();
      assertThat(h.models())
          .extracting(m -> m.provenance().windowStartMillis().getAsLong())
          .containsExactly(0L, 400L);
    }
  }

  @Test
  void theEndOfTheInputWaitsForTheRunningAndTheQueuedTraining() throws Exception {
    try (var h = TrainHarness.of(GATED, null)) {
      h.open();
      h.window(0);
      h.window(100);
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
      h.endInput1();
      assertThat(h.versions()).containsExactly(1L, 2L);
      opener.join();
    }
  }

  @Test
  void aFailedTrainingKeepsTheModelAndTheNextOneGoesOn() throws Exception {
    try (var h = TrainHarness.of(Fakes::train, Fakes.modelBytes(3, 2))) {
      h.open();
      h.send(TrainHarness.sample(0, 0, 2));
      h.watermark(99);
      h.endInput1();
      assertThat(h.versions()).containsExactly(3L);
      h.window(100);
      h.endInput1();
      assertThat(h.versions()).containsExactly(3L, 4L);
    }
  }

  @Test
  void aRestoreRunsTheSameTrainingAgain() throws Exception {
    OperatorSubtaskState state;
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(1, 2))) {
      h.setProcessingTime(1234);
      h.open();
      h.awaitModels(1);
      h.window(0);
      h.window(100);
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
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(1, 2))) {
      h.setProcessingTime(time);
      h.initializeState(state);
      h.open();
      h.endInput1();
      return List.copyOf(h.extractOutputValues());
    }
  }

  @Test
  void aWindowThatWasTrainedOnIsNotOpenedAgain() throws Exception {
    OperatorSubtaskState state;
    try (var h = TrainHarness.of(Fakes::train, null)) {
      h.open();
      h.window(0);
      h.awaitModels(1);
      state = h.snapshot(1, 1);
    }
    try (var h = TrainHarness.of(Fakes::train, null)) {
      h.initializeState(state);
      h.open();
      h.window(0);
      h.endInput1();
      assertThat(h.versions()).isEmpty();
      h.window(100);
      h.endInput1();
      assertThat(h.versions()).containsExactly(2L);
    }
  }

  @Test
  void rowsOfAnotherNumberOfFeaturesAreLeftOut() throws Exception {
    try (var h = TrainHarness.of(Fakes::train, Fakes.modelBytes(1, 3))) {
      h.open();
      h.awaitModels(1);
      h.window(0);
      h.endInput1();
      assertThat(h.versions()).containsExactly(1L);
    }
  }

  @Test
  void countedWindowsTrainWhenEnoughWasSeen() throws Exception {
    try (var h = TrainHarness.of(new SampleSettings(0, 30, 32, 1), Fakes::train, null)) {
      h.open();
      h.send(TrainHarness.sample(0, 0, 20));
      h.endInput1();
      assertThat(h.models().get(0).provenance().eventsSeen()).isEqualTo(20);
      h.send(TrainHarness.sample(0, 20, 35));
      h.endInput1();
      assertThat(h.models()).hasSize(1);
      h.send(TrainHarness.sample(0, 35, 50));
      h.endInput1();
      assertThat(h.models().get(1).provenance().eventsSeen()).isEqualTo(30);
    }
  }

  @Test
  void closingInterruptsTheTraining() throws Exception {
    try (var h = TrainHarness.of(GATED, null)) {
      h.open();
      h.window(0);
    }
    assertThat(ENDED).containsExactly("interrupted");
  }

  @Test
  void aRefusedCandidateIsCountedAndItsVersionIsGivenAgain() throws Exception {
    SnapshotTrainer everyOtherRefused =
        (data, parent, refusals, version, seed, urgent, listener) ->
            new Candidate(
                Fakes.train(data, parent, refusals, version, seed, urgent, listener).model(),
                Optional.of(
                    new CandidateGate.Decision(
                        RUNS.getAndIncrement() % 2 == 1, false, "for a reason", Optional.empty())));
    RUNS.set(0);
    try (var h = TrainHarness.of(everyOtherRefused, Fakes.modelBytes(3, 2))) {
      h.open();
      for (int start = 0; start < 400; start += 100) {
        h.window(start);
        h.endInput1();
      }
      assertThat(h.versions()).containsExactly(3L, 4L, 5L);
      assertThat(h.counted("refusedCandidates")).isEqualTo(2);
      assertThat(h.counted("acceptedCandidates")).isEqualTo(2);
      assertThat(h.counted("trainingFailures")).isZero();
      assertThat(h.gauge("modelVersion")).isEqualTo(5L);
    }
  }

  @Test
  void whateverATrainingThrowsIsCountedAndTheModelStays() throws Exception {
    SnapshotTrainer throwing =
        (data, parent, refusals, version, seed, urgent, listener) -> {
          switch (RUNS.getAndIncrement()) {
            case 0 -> throw new IllegalStateException("a bug");
            case 1 -> throw new OutOfMemoryError("too large");
            case 2 -> throw new NoClassDefFoundError("not there");
            case 3 -> throw new TrainingException("it diverged");
            default -> {
              return Fakes.train(data, parent, refusals, version, seed, urgent, listener);
            }
          }
        };
    RUNS.set(0);
    try (var h = TrainHarness.of(throwing, Fakes.modelBytes(3, 2))) {
      h.open();
      for (int start = 0; start < 500; start += 100) {
        h.window(start);
        h.endInput1();
      }
      assertThat(h.versions()).containsExactly(3L, 4L);
      assertThat(h.counted("trainingFailures")).isEqualTo(4);
      assertThat(h.counted("trainingRuns")).isEqualTo(5);
    }
  }

  @Test
  void aTrainingPastItsDeadlineIsGivenUpAndTheNextOneRuns() throws Exception {
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(3, 2))) {
      h.setProcessingTime(5000);
      h.open();
      h.window(0);
      h.passDeadline();
      assertThat(h.counted("trainingTimeouts")).isEqualTo(1);
      assertThat(h.counted("trainingFailures")).isEqualTo(1);
      gate.countDown();
      h.window(100);
      h.awaitModels(2);
      assertThat(h.models().get(1).version()).isEqualTo(4);
      assertThat(h.models().get(1).provenance().windowStartMillis()).hasValue(100);
      assertThat(ENDED).containsExactly("interrupted");
      h.passDeadline();
      assertThat(h.counted("trainingTimeouts")).isEqualTo(1);
    }
  }

  @Test
  void aRollbackTakesAnEarlierModelUpUnderANewVersion() throws Exception {
    byte[] second = Fakes.modelBytes(2, 2);
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(7, 2))) {
      h.setProcessingTime(1234);
      h.open();
      h.awaitModels(1);
      h.window(0);
      h.ask(ModelAction.ROLLBACK, second);
      assertThat(h.versions()).containsExactly(7L, 8L);
      ModelSnapshot again = h.models().get(1);
      assertThat(again.provenance().origin()).isEqualTo(Provenance.Origin.ROLLBACK);
      assertThat(again.provenance().parentVersion()).hasValue(2);
      assertThat(again.provenance().createdAtMillis()).isEqualTo(1234);
      assertThat(again.parameters()).isEqualTo(SnapshotCodec.fromBytes(second).parameters());
      assertThat(h.answers().get(0).getStatus()).isEqualTo(CommandStatus.APPLIED);
      assertThat(h.answers().get(0).getVersion()).isEqualTo(8);
      gate.countDown();
      h.window(100);
      h.awaitModels(3);
      ModelSnapshot trained = h.models().get(2);
      assertThat(trained.version()).isEqualTo(9);
      assertThat(trained.provenance().parentVersion()).hasValue(8);
      assertThat(trained.provenance().windowStartMillis()).as("not the one before").hasValue(100);
    }
  }

  @Test
  void aPinnedModelStaysAlsoAfterARestore() throws Exception {
    OperatorSubtaskState state;
    gate.countDown();
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      h.ask(ModelAction.PIN, Fakes.modelBytes(7, 2));
      h.window(0);
      h.endInput1();
      assertThat(h.versions()).containsExactly(7L, 8L);
      assertThat(h.gauge("pinned")).isEqualTo(1);
      assertThat(h.counted("skippedWindows")).isEqualTo(1);
      state = h.snapshot(1, 1);
    }
    try (var h = TrainHarness.of(GATED, null)) {
      h.initializeState(state);
      h.open();
      h.window(100);
      h.endInput1();
      assertThat(h.versions()).isEmpty();
      h.ask(ModelAction.UNPIN, null);
      h.window(200);
      h.endInput1();
      assertThat(h.versions()).containsExactly(9L);
      assertThat(h.gauge("pinned")).isEqualTo(0);
    }
  }

  @Test
  void theModelInUseIsPinnedAsItIs() throws Exception {
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      h.ask(ModelAction.PIN, null);
      assertThat(h.answers().get(0).getVersion()).isEqualTo(7);
      assertThat(h.versions()).containsExactly(7L);
      assertThat(h.gauge("pinned")).isEqualTo(1);
    }
  }

  @Test
  void aModelThatItsTopicCannotTakeDoesNotServe() throws Exception {
    SampleSettings wide = new SampleSettings(100, 0, 32, 1);
    TrainSettings small = new TrainSettings(wide, GATED, 5, 60_000, 100, ModelKeys.NONE, null);
    gate.countDown();
    try (var h = new TrainHarness(small)) {
      h.open();
      h.window(0);
      h.endInput1();
      assertThat(h.versions()).isEmpty();
      assertThat(h.counted("oversizedModels")).isEqualTo(1);
      h.ask(ModelAction.PIN, Fakes.modelBytes(1, 2));
      assertThat(h.answers().get(0).getStatus()).isEqualTo(CommandStatus.REFUSED);
      assertThat(h.answers().get(0).getMessage()).contains("its topic takes 100");
      assertThat(h.gauge("pinned")).isEqualTo(0);
    }
  }

  @Test
  void noTimerOfATrainingThatHasEndedIsLeft() throws Exception {
    try (var h = TrainHarness.of(Fakes::train, null)) {
      h.open();
      for (int start = 0; start < 1000; start += 100) {
        h.window(start);
        h.endInput1();
      }
      assertThat(h.getProcessingTimeService().getNumActiveTimers()).isZero();
    }
  }

  @Test
  void aTrainingThatDoesNotEndIsLeftToItself() throws Exception {
    SnapshotTrainer deaf =
        (data, parent, refusals, version, seed, urgent, listener) -> {
          if (RUNS.getAndIncrement() == 0) {
            while (gate.getCount() > 0) {
              Thread.onSpinWait();
            }
          }
          return Fakes.train(data, parent, refusals, version, seed, urgent, listener);
        };
    RUNS.set(0);
    try (var h = TrainHarness.of(deaf, Fakes.modelBytes(3, 2))) {
      h.open();
      h.awaitModels(1);
      h.window(0);
      h.window(100);
      Await.until("the start of the training", () -> RUNS.get() == 1);
      h.passDeadline();
      h.setProcessingTime(h.getProcessingTime() + 20_000);
      h.awaitModels(2);
      assertThat(h.models().get(1).provenance().windowStartMillis()).hasValue(100);
      gate.countDown();
    }
  }

  @Test
  void commandsThatCannotBeFollowedAreAnsweredAndCounted() throws Exception {
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      h.ask(ModelAction.ROLLBACK, new byte[] {1, 2, 3});
      h.ask(ModelAction.ROLLBACK, null);
      h.ask(ModelAction.PIN, Fakes.modelBytes(2, 5));
      assertThat(h.answers())
          .extracting(ModelCommand::getStatus)
          .containsOnly(CommandStatus.REFUSED)
          .hasSize(3);
      assertThat(h.answers().get(2).getMessage()).contains("5 features", "in use has 2");
      h.setProcessingTime(h.getProcessingTime() + ModelCommands.EXPIRY.toMillis() + 1);
      h.command(ModelCommands.ask(ModelAction.UNPIN, null, 0));
      assertThat(h.answers().get(3).getMessage()).contains("more than ten minutes");
      h.ask(ModelAction.ROLLBACK, highVersion());
      assertThat(h.answers().get(4).getMessage()).contains("model version is 9007199254740993");
      h.command(h.answers().get(0));
      assertThat(h.answers()).as("an answer is no command").hasSize(5);
      assertThat(h.counted("refusedCommands")).isEqualTo(5);
      assertThat(h.versions()).containsExactly(7L);
    }
  }

  /** A model of the highest version that there can be: the next one cannot. */
  private static byte[] highVersion() throws Exception {
    ModelSnapshot model = SnapshotCodec.fromBytes(Fakes.modelBytes(1, 2));
    return SnapshotCodec.toBytes(model.as(ModelSnapshot.MAX_VERSION, model.provenance()));
  }

  @Test
  void aTrainerThatSignsSignsAllAndTakesUpWhatItsKeySigned(@TempDir Path folder) throws Exception {
    KeyFiles own = KeyFiles.make(folder, "own");
    VerifyingKey verifying = VerifyingKey.read(own.publicKey());
    ModelKeys keys = new ModelKeys(SigningKey.read(own.privateKey()), verifying);
    gate.countDown();
    try (var h = new TrainHarness(TrainHarness.settings(TrainHarness.WINDOWS, GATED, keys, null))) {
      h.open();
      h.window(0);
      h.awaitModels(1);
      byte[] trained = h.extractOutputValues().get(0);
      RecordSignature.MODEL.verify(trained, verifying);
      h.ask(ModelAction.PIN, null);
      assertThat(h.answers().get(0).getMessage()).contains("the command is not signed");
      h.ask(ModelAction.ROLLBACK, Fakes.modelBytes(1, 2), keys.signing().get());
      assertThat(h.answers().get(1).getMessage()).contains("the snapshot is not signed");
      h.ask(ModelAction.ROLLBACK, trained, keys.signing().get());
      assertThat(h.versions()).containsExactly(1L, 2L);
      RecordSignature.MODEL.verify(h.extractOutputValues().get(1), verifying);
    }
  }

  private static final SampleSettings CUT = TrainHarness.WINDOWS.cutByDrift();

  /** A part of a window, of ten events. */
  private static WindowSample part(long start) {
    WindowSample part = TrainHarness.sample(start, (int) start, (int) start + 10);
    part.windowEnd = CUT.partEnd(start);
    return part;
  }

  private static void drift(TrainHarness h, long since, long version) throws Exception {
    byte[] command = ModelCommands.train(since, version, ModelKeys.NONE, h.getProcessingTime());
    h.command(SingleObject.decode(command, ModelCommand.class));
  }

  @Test
  void aDriftGivesTheTrainingUpAndTrainsOnWhatCameSince() throws Exception {
    try (var h = TrainHarness.of(CUT, GATED, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      h.window(0);
      h.send(part(100));
      h.watermark(112);
      drift(h, 115, 7);
      assertThat(h.answers().get(0).getStatus()).isEqualTo(CommandStatus.APPLIED);
      assertThat(h.counted("driftTrainings")).isEqualTo(1);
      drift(h, 120, 7);
      assertThat(h.answers().get(1).getMessage()).contains("cut short already");
      assertThat(h.counted("driftTrainings")).isEqualTo(1);
      h.send(part(113));
      h.send(part(126));
      h.send(part(139));
      gate.countDown();
      h.watermark(151);
      h.awaitModels(2);
      Provenance early = h.models().get(1).provenance();
      assertThat(early.windowStartMillis()).hasValue(126);
      assertThat(early.windowEndMillis()).hasValue(152);
      assertThat(early.eventsSeen()).isEqualTo(20);
      drift(h, 155, 7);
      assertThat(h.answers().get(2).getMessage()).isEqualTo("model 7 is in use no more");
      h.watermark(199);
      h.awaitModels(3);
      assertThat(h.models().get(2).provenance().windowStartMillis()).hasValue(126);
    }
  }

  @Test
  void aTrainingIsUrgentWhileTheModelThatServesHasDrifted() throws Exception {
    SnapshotTrainer recording =
        (data, parent, refusals, version, seed, urgent, listener) -> {
          ENDED.add(version + (urgent ? " is urgent" : " is not"));
          return Fakes.train(data, parent, refusals, version, seed, urgent, listener);
        };
    try (var h = TrainHarness.of(CUT, recording, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      h.window(0);
      h.awaitModels(2);
      drift(h, 115, 8);
      h.send(part(126));
      h.watermark(199);
      h.awaitModels(3);
      h.window(200);
      h.awaitModels(4);
      assertThat(ENDED).containsExactly("8 is not", "9 is urgent", "10 is not");
    }
  }

  @Test
  void aDriftDoesNotMoveAPinnedModel() throws Exception {
    try (var h = TrainHarness.of(CUT, GATED, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      h.ask(ModelAction.PIN, null);
      drift(h, 115, 7);
      assertThat(h.answers().get(1).getMessage()).contains("pinned");
      assertThat(h.counted("driftTrainings")).isZero();
      assertThat(h.gauge("pinned")).isEqualTo(1);
    }
  }

  @Test
  void aDriftOfATimeFarAheadLeavesOutNoMoreThanAWindow() throws Exception {
    gate.countDown();
    try (var h = TrainHarness.of(CUT, GATED, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      h.watermark(20);
      drift(h, 3_600_000, 7);
      assertThat(h.answers().get(0).getMessage()).contains("1970-01-01T00:00:00.120Z");
      h.window(200);
      h.awaitModels(2);
      drift(h, Long.MAX_VALUE / 2, 8);
      assertThat(h.answers().get(1).getStatus()).isEqualTo(CommandStatus.REFUSED);
    }
  }

  @Test
  void whereNothingIsCutADriftChangesNothing() throws Exception {
    try (var h = TrainHarness.of(GATED, Fakes.modelBytes(7, 2))) {
      h.open();
      h.awaitModels(1);
      drift(h, 115, 7);
      assertThat(h.answers().get(0).getMessage()).contains("--train-on-drift");
      assertThat(h.counted("refusedCommands")).isEqualTo(1);
    }
  }
}
