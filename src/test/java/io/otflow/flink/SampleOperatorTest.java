package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The sampling operator in Flink's harness. */
class SampleOperatorTest {

  private static final int K = 16;
  private static final SampleSettings WINDOWS = new SampleSettings(100, 0, K, 1);
  private static final SampleSettings COUNTED = new SampleSettings(0, 10, K, 1);

  private static OneInputStreamOperatorTestHarness<FeatureEvent, WindowSample> harness(
      SampleSettings settings, int parallelism, int subtask) throws Exception {
    OneInputStreamOperatorTestHarness<FeatureEvent, WindowSample> harness =
        new OneInputStreamOperatorTestHarness<>(
            new SampleOperator(settings), 8, parallelism, subtask);
    harness.setup();
    return harness;
  }

  private static void events(
      OneInputStreamOperatorTestHarness<FeatureEvent, WindowSample> harness, int... offsets)
      throws Exception {
    for (int offset : offsets) {
      harness.processElement(new StreamRecord<>(Fakes.event(offset, offset, 1), offset));
    }
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  /** Seen, then the first feature of each row sorted, which is the offset. */
  private static List<Long> contents(WindowSample sample) {
    List<Long> result = new ArrayList<>(List.of(sample.seen));
    IntStream.range(0, sample.priorities.length)
        .mapToLong(i -> (long) sample.values()[i * sample.d])
        .sorted()
        .forEach(result::add);
    return result;
  }

  private static String text(WindowSample sample) {
    return sample.windowStart + "-" + sample.windowEnd + ": " + sample.seen;
  }

  @Test
  void aWindowGoesOutWhenTheWatermarkHasPassedItsEnd() throws Exception {
    try (var h = harness(WINDOWS, 1, 0)) {
      h.open();
      events(h, 5, 150, 99, 100);
      h.processWatermark(98);
      assertThat(h.extractOutputValues()).isEmpty();
      h.processWatermark(99);
      assertThat(h.extractOutputValues()).hasSize(1);
      WindowSample first = h.extractOutputValues().get(0);
      assertThat(first.windowStart).isEqualTo(0);
      assertThat(first.windowEnd).isEqualTo(100);
      assertThat(contents(first)).containsExactly(2L, 5L, 99L);
      h.processWatermark(Long.MAX_VALUE);
      assertThat(contents(h.extractOutputValues().get(1))).containsExactly(2L, 100L, 150L);
    }
  }

  @Test
  void lateAndInvalidEventsAreNotSampled() throws Exception {
    try (var h = harness(WINDOWS, 1, 0)) {
      h.open();
      h.processWatermark(99);
      events(h, 50, 120);
      FeatureEvent nan = Fakes.event(121, Float.NaN, 0);
      h.processElement(new StreamRecord<>(nan, 121));
      h.processWatermark(Long.MAX_VALUE);
      assertThat(h.extractOutputValues()).hasSize(1);
      assertThat(contents(h.extractOutputValues().get(0))).containsExactly(1L, 120L);
    }
  }

  @Test
  void numbersOfFeaturesAreToldApart() throws Exception {
    try (var h = harness(WINDOWS, 1, 0)) {
      h.open();
      events(h, 1, 2);
      h.processElement(new StreamRecord<>(Fakes.event(3, 3, 3, 3), 3));
      h.processWatermark(99);
      assertThat(h.extractOutputValues())
          .extracting(sample -> sample.d, sample -> sample.seen)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(2, 2L),
              org.assertj.core.groups.Tuple.tuple(3, 1L));
    }
  }

  @Test
  void aRestoreInTheMiddleOfAWindowGivesTheSampleOfAnUninterruptedRun() throws Exception {
    WindowSample whole;
    try (var h = harness(WINDOWS, 1, 0)) {
      h.open();
      events(h, range(0, 100));
      h.processWatermark(99);
      whole = h.extractOutputValues().get(0);
    }
    OperatorSubtaskState state;
    try (var h = harness(WINDOWS, 1, 0)) {
      h.open();
      events(h, range(0, 60));
      state = h.snapshot(1, 1);
    }
    try (var h = harness(WINDOWS, 1, 0)) {
      h.initializeState(state);
      h.open();
      events(h, range(60, 100));
      h.processWatermark(99);
      assertThat(h.extractOutputValues().get(0).values()).containsExactly(whole.values());
      assertThat(h.extractOutputValues().get(0).seen).isEqualTo(100);
    }
  }

  @Test
  void rescalingKeepsEverySampleOnce() throws Exception {
    OperatorSubtaskState state;
    try (var h = harness(WINDOWS, 1, 0)) {
      h.open();
      events(h, range(0, 10));
      events(h, range(100, 110));
      state = h.snapshot(1, 1);
    }
    long seen = 0;
    for (int subtask = 0; subtask < 2; subtask++) {
      try (var h = harness(WINDOWS, 2, subtask)) {
        h.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(state, 8, 1, 2, subtask));
        h.open();
        h.processWatermark(Long.MAX_VALUE);
        seen += h.extractOutputValues().stream().mapToLong(sample -> sample.seen).sum();
      }
    }
    assertThat(seen).isEqualTo(20);
  }

  @Test
  void aCountedWindowGoesOutAfterTheSubtasksShare() throws Exception {
    try (var h = harness(COUNTED, 3, 0)) {
      h.open();
      events(h, 7, 3, 5);
      assertThat(h.extractOutputValues()).isEmpty();
      events(h, 9);
      WindowSample first = h.extractOutputValues().get(0);
      assertThat(contents(first)).containsExactly(4L, 3L, 5L, 7L, 9L);
      assertThat(first.windowStart).isEqualTo(3);
      assertThat(first.windowEnd).isEqualTo(10);
      events(h, 11);
      h.processWatermark(Long.MAX_VALUE);
      h.endInput();
      assertThat(contents(h.extractOutputValues().get(1))).containsExactly(1L, 11L);
    }
  }

  @Test
  void aPartOfAWindowGoesOutByItself() throws Exception {
    SampleSettings parts = WINDOWS.cutByDrift();
    try (var h = harness(parts, 1, 0)) {
      h.open();
      events(h, 5, 12, 13, 95, 100, 112);
      h.processWatermark(12);
      assertThat(h.extractOutputValues())
          .extracting(SampleOperatorTest::text)
          .containsExactly("0-13: 2");
      events(h, 12);
      h.processWatermark(99);
      assertThat(h.extractOutputValues())
          .extracting(SampleOperatorTest::text)
          .as("the last part is as long as the window lets it")
          .containsExactly("0-13: 2", "13-26: 1", "91-100: 1");
      h.processWatermark(Long.MAX_VALUE);
      assertThat(h.extractOutputValues().get(3).seen).isEqualTo(2);
    }
  }

  @Test
  void aCountedWindowGoesOutInParts() throws Exception {
    try (var h = harness(new SampleSettings(0, 40, K, 1).cutByDrift(), 2, 0)) {
      h.open();
      events(h, range(0, 7));
      assertThat(h.extractOutputValues()).extracting(sample -> sample.seen).containsExactly(3L, 3L);
    }
  }
}
