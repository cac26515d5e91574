package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.CommandStatus;
import io.otflow.avro.ModelAction;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.detect.Calibrator;
import io.otflow.model.ModelSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The scoring operator in Flink's harness: when it flushes, what it keeps, what it restores. */
class ScoreOperatorTest {

  private static final int BATCH = 4;
  private static final long LINGER = 10;

  private static final class Harness
      extends TwoInputStreamOperatorTestHarness<FeatureEvent, byte[], ScoredEvent> {

    Harness(ScoreSettings settings, int parallelism, int subtask) throws Exception {
      super(new ScoreOperator(settings), 8, parallelism, subtask);
      setup();
    }

    static Harness open(ScoreSettings settings) throws Exception {
      Harness harness = new Harness(settings, 1, 0);
      harness.open();
      return harness;
    }

    static Harness restore(
        ScoreSettings settings, OperatorSubtaskState state, int from, int to, int subtask)
        throws Exception {
      Harness harness = new Harness(settings, to, subtask);
      harness.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(state, 8, from, to, subtask));
      harness.open();
      return harness;
    }

    void events(int from, int to) throws Exception {
      for (int i = from; i < to; i++) {
        event(Fakes.event(i, i, 0));
      }
    }

    void event(FeatureEvent event) throws Exception {
      processElement1(new StreamRecord<>(event, event.eventTime));
    }

    void model(long version) throws Exception {
      processElement2(new StreamRecord<>(Fakes.modelBytes(version, 2)));
    }

    List<ScoredEvent> scores() {
      return extractOutputValues();
    }

    /** Events as id:version, id:- where unscored. */
    List<String> out() {
      return scores().stream().map(e -> e.id + ":" + (e.scored ? e.modelVersion : "-")).toList();
    }

    List<DeadLetter> deadLetters() {
      var letters = getSideOutput(ScoreOperator.DEAD_LETTERS);
      return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
    }
  }

  private static ScoreSettings settings(boolean hold, int holdLimit, byte[] first) {
    return new ScoreSettings(
        gpu -> new Fakes.SumEngine(),
        BATCH,
        LINGER,
        Flagging.FIXED,
        hold,
        holdLimit,
        false,
        TimeUnit.MILLISECONDS,
        ModelKeys.NONE,
        false,
        false,
        first);
  }

  private static ScoreSettings deciding(Flagging flagging, boolean trainOnDrift, byte[] first) {
    return new ScoreSettings(
        gpu -> new Fakes.SumEngine(),
        BATCH,
        LINGER,
        flagging,
        false,
        100,
        false,
        TimeUnit.MILLISECONDS,
        ModelKeys.NONE,
        trainOnDrift,
        trainOnDrift,
        first);
  }

  private static ScoreSettings withModel() {
    return settings(false, 100, Fakes.modelBytes(1, 2));
  }

  private static List<String> outs(int from, int to, Object version) {
    return IntStream.range(from, to).mapToObj(i -> "e" + i + ":" + version).toList();
  }

  @Test
  void aFullBatchIsFlushedInOrder() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, BATCH - 1);
      assertThat(h.out()).isEmpty();
      h.events(BATCH - 1, BATCH);
      assertThat(h.out()).isEqualTo(outs(0, BATCH, 1));
      h.events(BATCH, 3 * BATCH + 1);
      assertThat(h.out()).isEqualTo(outs(0, 3 * BATCH, 1));
    }
  }

  private static ScoreSettings pipelined() {
    return new ScoreSettings(
        gpu -> new Fakes.PipelinedSumEngine(),
        BATCH,
        LINGER,
        Flagging.FIXED,
        false,
        100,
        false,
        TimeUnit.MILLISECONDS,
        ModelKeys.NONE,
        false,
        false,
        Fakes.modelBytes(1, 2));
  }

  @Test
  void aBatchIsUnderWayWhileTheNextOneFills() throws Exception {
    try (Harness h = Harness.open(pipelined())) {
      h.events(0, 2 * BATCH - 1);
      assertThat(h.out()).isEmpty();
      h.events(2 * BATCH - 1, 2 * BATCH);
      assertThat(h.out()).isEqualTo(outs(0, BATCH, 1));
      h.events(2 * BATCH, 4 * BATCH + 1);
      assertThat(h.out()).isEqualTo(outs(0, 3 * BATCH, 1));
      assertThat(h.scores().get(5).logLikelihood).isEqualTo(-5.0);
    }
  }

  @Test
  void theLingerTimeBringsWhatIsUnderWay() throws Exception {
    try (Harness h = Harness.open(pipelined())) {
      h.events(0, BATCH);
      h.setProcessingTime(LINGER - 1);
      assertThat(h.out()).isEmpty();
      h.setProcessingTime(LINGER);
      assertThat(h.out()).isEqualTo(outs(0, BATCH, 1));
      h.events(BATCH, 2 * BATCH + 2);
      h.setProcessingTime(2 * LINGER);
      assertThat(h.out()).isEqualTo(outs(0, 2 * BATCH + 2, 1));
    }
  }

  @Test
  void whateverFlushesBringsWhatIsUnderWayFirst() throws Exception {
    try (Harness h = Harness.open(pipelined())) {
      h.events(0, BATCH + 1);
      h.processWatermark1(new Watermark(5));
      assertThat(h.out()).isEqualTo(outs(0, BATCH + 1, 1));
      assertThat(new ArrayList<>(h.getOutput())).last().isEqualTo(new Watermark(5));
      h.events(BATCH + 1, 2 * BATCH + 2);
      h.prepareSnapshotPreBarrier(1);
      assertThat(h.out()).isEqualTo(outs(0, 2 * BATCH + 2, 1));
    }
  }

  @Test
  void aModelChangeWaitsForWhatIsUnderWay() throws Exception {
    try (Harness h = Harness.open(pipelined())) {
      h.events(0, BATCH + 2);
      h.model(2);
      h.events(BATCH + 2, BATCH + 3);
      h.endInput1();
      List<String> expected = new ArrayList<>(outs(0, BATCH + 2, 1));
      expected.addAll(outs(BATCH + 2, BATCH + 3, 2));
      assertThat(h.out()).isEqualTo(expected);
    }
  }

  @Test
  void aScoreCarriesTheEventAndTheDecision() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      FeatureEvent usual = Fakes.event(7, 1, -2);
      usual.key = "pump";
      FeatureEvent strange = Fakes.event(8, 1000, 0);
      h.event(usual);
      h.event(strange);
      h.setProcessingTime(LINGER);
      assertThat(h.scores()).hasSize(2);
      ScoredEvent first = h.scores().get(0);
      assertThat(first.key).isEqualTo("pump");
      assertThat(first.logLikelihood).isEqualTo(-3.0);
      assertThat(first.threshold).isEqualTo(-100.0);
      assertThat(first.anomaly).isFalse();
      assertThat(first.pValue).isBetween(0.9, 1.0);
      assertThat(first.offset).isEqualTo(7);
      assertThat(first.eventTime).isEqualTo(7);
      assertThat(h.scores().get(1).anomaly).isTrue();
    }
  }

  @Test
  void theLingerTimeFlushes() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, 2);
      h.setProcessingTime(LINGER - 1);
      assertThat(h.out()).isEmpty();
      h.setProcessingTime(LINGER);
      assertThat(h.out()).isEqualTo(outs(0, 2, 1));
      h.events(2, 3);
      h.setProcessingTime(2 * LINGER);
      assertThat(h.out()).isEqualTo(outs(0, 3, 1));
    }
  }

  @Test
  void theTimerOfAFullBatchLeavesTheNextOneItsOwnTime() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, BATCH - 1);
      h.setProcessingTime(LINGER - 2);
      h.events(BATCH - 1, BATCH + 1);
      h.setProcessingTime(LINGER);
      assertThat(h.out()).isEqualTo(outs(0, BATCH, 1));
      h.setProcessingTime(2 * LINGER - 3);
      assertThat(h.out()).isEqualTo(outs(0, BATCH, 1));
      h.setProcessingTime(2 * LINGER - 2);
      assertThat(h.out()).isEqualTo(outs(0, BATCH + 1, 1));
    }
  }

  @Test
  void aWatermarkOfTheEventsFlushesAndFollowsThem() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, 2);
      h.processWatermark1(new Watermark(5));
      assertThat(h.out()).isEqualTo(outs(0, 2, 1));
      assertThat(new ArrayList<>(h.getOutput())).last().isEqualTo(new Watermark(5));
    }
  }

  @Test
  void timeOfTheModelsNeitherDrivesNorHoldsBackTime() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, 2);
      h.processWatermark2(new Watermark(100));
      h.processWatermarkStatus2(WatermarkStatus.IDLE);
      assertThat(h.getOutput()).isEmpty();
      h.processWatermark1(new Watermark(3));
      h.processWatermarkStatus1(WatermarkStatus.IDLE);
      assertThat(h.getOutput().stream().skip(2))
          .containsExactly(new Watermark(3), WatermarkStatus.IDLE);
    }
  }

  @Test
  void aModelChangeFlushesUnderTheModelBefore() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, 2);
      h.model(2);
      h.events(2, 4);
      h.processWatermark1(new Watermark(5));
      assertThat(h.out()).containsExactly("e0:1", "e1:1", "e2:2", "e3:2");
    }
  }

  @Test
  void aBarrierFlushes() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, 3);
      h.prepareSnapshotPreBarrier(1);
      assertThat(h.out()).isEqualTo(outs(0, 3, 1));
    }
  }

  @Test
  void theEndOfTheEventsFlushes() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.events(0, 3);
      h.endInput1();
      assertThat(h.out()).isEqualTo(outs(0, 3, 1));
    }
  }

  @Test
  void anOlderOrEqualModelIsIgnored() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.model(5);
      h.model(3);
      h.model(5);
      h.events(0, BATCH);
      assertThat(h.out()).isEqualTo(outs(0, BATCH, 5));
    }
  }

  @Test
  void anUnreadableModelLeavesTheOneBefore() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      byte[] whole = Fakes.modelBytes(2, 2);
      h.processElement2(new StreamRecord<>(Arrays.copyOf(whole, whole.length / 2)));
      h.events(0, BATCH);
      assertThat(h.out()).isEqualTo(outs(0, BATCH, 1));
    }
  }

  @Test
  void warmUpPassLetsEventsThroughAtOnce() throws Exception {
    try (Harness h = Harness.open(settings(false, 100, null))) {
      h.events(0, 2);
      assertThat(h.out()).isEqualTo(outs(0, 2, "-"));
      assertThat(h.scores().get(0).logLikelihood).isNaN();
      h.model(1);
      h.events(2, 2 + BATCH);
      assertThat(h.out()).hasSize(2 + BATCH).endsWith("e5:1");
    }
  }

  @Test
  void warmUpHoldScoresInOrderOnceThereIsAModel() throws Exception {
    try (Harness h = Harness.open(settings(true, 100, null))) {
      h.events(0, 10);
      h.processWatermark1(new Watermark(10));
      assertThat(h.out()).isEmpty();
      h.model(1);
      h.events(10, 12);
      h.endInput1();
      assertThat(h.out()).isEqualTo(outs(0, 12, 1));
    }
  }

  @Test
  void warmUpHoldLetsTheOldestGoPastTheLimit() throws Exception {
    try (Harness h = Harness.open(settings(true, 3, null))) {
      h.events(0, 5);
      assertThat(h.out()).containsExactly("e0:-", "e1:-");
      h.model(1);
      h.endInput1();
      assertThat(h.out()).containsExactly("e0:-", "e1:-", "e2:1", "e3:1", "e4:1");
    }
  }

  @Test
  void heldEventsWaitForTheEndOfTheModelsToo() throws Exception {
    try (Harness h = Harness.open(settings(true, 100, null))) {
      h.events(0, 3);
      h.endInput1();
      assertThat(h.out()).isEmpty();
      h.endInput2();
      assertThat(h.out()).isEqualTo(outs(0, 3, "-"));
    }
  }

  @Test
  void aModelAfterTheEndOfTheEventsScoresWhatIsHeld() throws Exception {
    try (Harness h = Harness.open(settings(true, 100, null))) {
      h.events(0, 3);
      h.endInput1();
      h.model(1);
      h.endInput2();
      assertThat(h.out()).isEqualTo(outs(0, 3, 1));
    }
  }

  @Test
  void newestOnlyWaitsForTheLastModel() throws Exception {
    ScoreSettings newest =
        new ScoreSettings(
            gpu -> new Fakes.SumEngine(),
            BATCH,
            LINGER,
            Flagging.FIXED,
            true,
            100,
            true,
            TimeUnit.MILLISECONDS,
            ModelKeys.NONE,
            false,
            false,
            null);
    try (Harness h = Harness.open(newest)) {
      h.model(1);
      h.events(0, 6);
      h.model(2);
      h.endInput1();
      assertThat(h.out()).isEmpty();
      h.endInput2();
      assertThat(h.out()).isEqualTo(outs(0, 6, 2));
    }
  }

  @Test
  void whatCannotBeScoredGoesToDeadLettersWithItsPlace() throws Exception {
    try (Harness h = Harness.open(withModel())) {
      h.event(Fakes.event(1, 0, Float.NaN));
      h.event(Fakes.event(2, 0, 0, 0));
      h.event(Fakes.event(3));
      h.event(Fakes.event(4, Float.POSITIVE_INFINITY, 0));
      h.event(FeatureEvent.of("features", 0, 5, 5, null, new byte[0]));
      h.events(6, 8);
      h.endInput1();
      assertThat(h.out()).isEqualTo(outs(6, 8, 1));
      assertThat(h.deadLetters())
          .extracting(letter -> letter.reason)
          .containsExactly(
              "feature 'f1' (index 1) is NaN in record id=e1, expected a finite value"
                  + " (topic features, partition 0, offset 1)",
              "record id=e2 has 3 features, expected the model's 2"
                  + " (topic features, partition 0, offset 2)",
              "record id=e3 has no features, expected at least 1"
                  + " (topic features, partition 0, offset 3)",
              "feature 'f0' (index 0) is Infinity in record id=e4, expected a finite value"
                  + " (topic features, partition 0, offset 4)",
              "the value is empty (topic features, partition 0, offset 5)");
      assertThat(h.deadLetters().get(0).value).isEqualTo(Fakes.event(1, 0, Float.NaN).rawValue);
    }
  }

  @Test
  void aHeldEventThatDoesNotFitTheFirstModelIsADeadLetter() throws Exception {
    try (Harness h = Harness.open(settings(true, 100, null))) {
      h.event(Fakes.event(0, 1, 2, 3));
      h.events(1, 3);
      h.model(1);
      h.endInput1();
      assertThat(h.out()).isEqualTo(outs(1, 3, 1));
      assertThat(h.deadLetters()).hasSize(1);
    }
  }

  @Test
  void modelAndHeldEventsSurviveARestore() throws Exception {
    OperatorSubtaskState state;
    try (Harness h = Harness.open(settings(true, 100, null))) {
      h.events(0, 3);
      state = h.snapshot(1, 1);
    }
    try (Harness h = Harness.restore(settings(true, 100, null), state, 1, 1, 0)) {
      h.events(3, 5);
      h.model(4);
      h.prepareSnapshotPreBarrier(2);
      assertThat(h.out()).isEqualTo(outs(0, 5, 4));
      state = h.snapshot(2, 2);
    }
    try (Harness h = Harness.restore(settings(true, 100, null), state, 1, 1, 0)) {
      h.model(3);
      h.events(5, 5 + BATCH);
      assertThat(h.out()).isEqualTo(outs(5, 5 + BATCH, 4));
    }
  }

  @Test
  void heldEventsAreScoredAfterARestoreThatBringsAModel() throws Exception {
    OperatorSubtaskState state;
    try (Harness h = Harness.open(settings(true, 100, null))) {
      h.events(0, 3);
      state = h.snapshot(1, 1);
    }
    ScoreSettings first = settings(true, 100, Fakes.modelBytes(7, 2));
    try (Harness h = Harness.restore(first, state, 1, 1, 0)) {
      h.setProcessingTime(1);
      assertThat(h.out()).isEqualTo(outs(0, 3, 7));
    }
  }

  @Test
  void rescalingKeepsTheModelAndEveryHeldEventOnce() throws Exception {
    OperatorSubtaskState one;
    try (Harness h = Harness.open(settings(true, 100, null))) {
      h.events(0, 10);
      one = h.snapshot(1, 1);
    }
    OperatorSubtaskState two = rescaleToTwo(one);
    try (Harness h = Harness.restore(settings(true, 100, null), two, 2, 1, 0)) {
      h.model(1);
      h.endInput1();
      assertThat(h.out()).containsExactlyInAnyOrderElementsOf(outs(0, 10, 1));
      one = h.snapshot(2, 2);
    }
    for (int subtask = 0; subtask < 2; subtask++) {
      try (Harness h = Harness.restore(settings(true, 100, null), one, 1, 2, subtask)) {
        h.events(20, 20 + BATCH);
        assertThat(h.out()).isEqualTo(outs(20, 20 + BATCH, 1));
      }
    }
  }

  private static OperatorSubtaskState rescaleToTwo(OperatorSubtaskState one) throws Exception {
    List<OperatorSubtaskState> states = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      try (Harness h = Harness.restore(settings(true, 100, null), one, 1, 2, subtask)) {
        assertThat(h.out()).isEmpty();
        states.add(h.snapshot(2, 2));
      }
    }
    return AbstractStreamOperatorTestHarness.repackageState(
        states.toArray(OperatorSubtaskState[]::new));
  }

  @Test
  void stateOfEitherSubtaskHasTheModel() throws Exception {
    OperatorSubtaskState state;
    try (Harness h = Harness.open(settings(false, 1, null))) {
      h.model(9);
      state = h.snapshot(1, 1);
    }
    List<String> versions =
        Stream.of(0, 1, 2)
            .map(
                subtask -> {
                  try (Harness h =
                      Harness.restore(settings(false, 1, null), state, 1, 3, subtask)) {
                    h.events(0, BATCH);
                    return h.out().get(0);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                })
            .toList();
    assertThat(versions).containsOnly("e0:9");
  }

  /** At the end it is known what became of all events, those before a failure too. */
  @Test
  void countsGoOnAfterARestoreByMoreSubtasks() throws Exception {
    OperatorSubtaskState state;
    try (Harness h = Harness.open(withModel())) {
      h.events(0, 6);
      h.event(Fakes.event(6, Double.NaN, 0));
      h.prepareSnapshotPreBarrier(1);
      state = h.snapshot(1, 1);
    }
    long scored = 0;
    long deadLetters = 0;
    for (int subtask = 0; subtask < 2; subtask++) {
      try (Harness h = Harness.restore(withModel(), state, 1, 2, subtask)) {
        h.events(7, 9);
        h.endInput1();
        h.endInput2();
        ((ScoreOperator) h.getOperator()).finish();
        var counters = h.getEnvironment().getAccumulatorRegistry().getUserMap();
        scored += (long) counters.get("otflow.scored").getLocalValue();
        deadLetters += (long) counters.get("otflow.deadLetters").getLocalValue();
      }
    }
    assertThat(scored).isEqualTo(6 + 2 * 2);
    assertThat(deadLetters).isEqualTo(1);
  }

  /** What was flagged before decides of what is flagged after, across a checkpoint too. */
  @Test
  void flagsByAFalseDiscoveryRateGoOnAfterARestore() throws Exception {
    byte[] model = calibratedModel(1);
    ScoreSettings lord = deciding(new Flagging(FlagRule.LORD, 0.9, 100), false, model);
    List<Boolean> whole;
    try (Harness h = Harness.open(lord)) {
      anomalies(h, 0, 400);
      whole = h.scores().stream().map(score -> score.anomaly).toList();
    }
    OperatorSubtaskState state;
    List<Boolean> parts = new ArrayList<>();
    try (Harness h = Harness.open(lord)) {
      anomalies(h, 0, 200);
      h.prepareSnapshotPreBarrier(1);
      state = h.snapshot(1, 1);
      h.scores().forEach(score -> parts.add(score.anomaly));
    }
    try (Harness h = Harness.restore(lord, state, 1, 1, 0)) {
      anomalies(h, 200, 400);
      h.scores().forEach(score -> parts.add(score.anomaly));
    }
    assertThat(parts).isEqualTo(whole).contains(true, false);
    assertThat(whole.subList(200, 400)).contains(true);
  }

  /** Every second event is beyond the calibration rows. */
  private static void anomalies(Harness h, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      h.event(Fakes.event(i, i % 2 == 0 ? 900 : i % 350, 0));
    }
    h.processWatermark1(new Watermark(to));
  }

  /** A model whose log-likelihoods are -1 to -400, of ordinary rows. */
  private static byte[] calibratedModel(long version) {
    ModelSnapshot fake = Fakes.model(version, 2);
    double[] rows = IntStream.rangeClosed(1, 400).mapToDouble(i -> -i).toArray();
    return SnapshotCodec.toBytes(
        new ModelSnapshot(
            version,
            fake.featureNames(),
            fake.parameters(),
            fake.front(),
            1,
            Optional.of(Calibrator.calibrate(rows, 2, 0.01)),
            fake.provenance()));
  }

  @Test
  void aDriftAsksForATrainingOnceForEachModel() throws Exception {
    ScoreSettings asking = deciding(Flagging.FIXED, true, calibratedModel(3));
    try (Harness h = Harness.open(asking)) {
      h.setProcessingTime(777);
      drifted(h, 0, 2500);
      List<ModelCommand> commands = commands(h);
      assertThat(commands).hasSize(1);
      ModelCommand first = commands.get(0);
      assertThat(first.getAction()).isEqualTo(ModelAction.TRAIN);
      assertThat(first.getStatus()).isEqualTo(CommandStatus.ASKED);
      assertThat(first.getVersion()).isEqualTo(3);
      assertThat(first.getSince()).isEqualTo(Instant.ofEpochMilli(139));
      assertThat(first.getIssuedAt()).isEqualTo(Instant.ofEpochMilli(777));
      h.processElement2(new StreamRecord<>(calibratedModel(4)));
      drifted(h, 2500, 4000);
      assertThat(commands(h)).extracting(ModelCommand::getVersion).containsExactly(3L, 4L);
    }
    try (Harness h = Harness.open(settings(false, 100, calibratedModel(3)))) {
      drifted(h, 0, 2500);
      assertThat(h.getSideOutput(ScoreOperator.COMMANDS)).isNull();
    }
  }

  /** No event is ordinary. */
  private static void drifted(Harness h, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      h.event(Fakes.event(i, 900, 0));
    }
    h.processWatermark1(new Watermark(to));
  }

  private static List<ModelCommand> commands(Harness h) throws Exception {
    List<ModelCommand> commands = new ArrayList<>();
    for (StreamRecord<byte[]> record : h.getSideOutput(ScoreOperator.COMMANDS)) {
      commands.add(SingleObject.decode(record.getValue(), ModelCommand.class));
    }
    return commands;
  }
}
