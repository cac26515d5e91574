package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of 800 ms in parts of 100, or of 80 events in parts of 10, and what a drift does. */
class WindowMergerTest {

  private static final int SAMPLE = 1000;
  private static final int PART_EVENTS = 10;
  private static final SampleSettings TIMED = new SampleSettings(800, 0, SAMPLE, 1).cutByDrift();
  private static final SampleSettings COUNTED = new SampleSettings(0, 80, SAMPLE, 1).cutByDrift();

  private WindowMerger merger = new WindowMerger(TIMED);

  /** A part of ten events. */
  private static WindowSample part(long start) {
    BottomK rows = new BottomK(SAMPLE, 1);
    for (int i = 0; i < PART_EVENTS; i++) {
      rows.add(Hashing.mix(start + i), new double[] {start + i}, 0);
    }
    return rows.toSample(start, start + 100);
  }

  private void parts(long from, long to) {
    for (long start = from; start < to; start += 100) {
      assertThat(merger.add(part(start))).isTrue();
    }
  }

  private List<String> closeUpTo(long watermark) {
    return merger.closeUpTo(watermark).stream().map(WindowMergerTest::text).toList();
  }

  private static String text(List<WindowSample> shapes) {
    WindowSample sample = shapes.get(0);
    return sample.windowStart + "-" + sample.windowEnd + ": " + sample.seen;
  }

  @Test
  void thePartsOfAWindowAreOneWindow() {
    parts(0, 1000);
    assertThat(closeUpTo(798)).isEmpty();
    assertThat(closeUpTo(799)).containsExactly("0-800: 80");
    assertThat(merger.add(part(700))).isFalse();
    assertThat(closeUpTo(1599)).containsExactly("800-1000: 20");
  }

  @Test
  void whatCameBeforeADriftIsLeftOutAndAQuarterOfAWindowSinceIsOne() {
    parts(0, 200);
    assertThat(merger.cut(250, 1)).isTrue();
    parts(200, 500);
    assertThat(closeUpTo(498)).isEmpty();
    assertThat(closeUpTo(499)).containsExactly("300-500: 20");
    assertThat(closeUpTo(599)).isEmpty();
    parts(500, 800);
    assertThat(closeUpTo(Long.MAX_VALUE)).containsExactly("300-800: 50");
  }

  @Test
  void aWindowThatEndsTooSoonAfterADriftGoesOnInTheNext() {
    parts(0, 600);
    assertThat(merger.cut(650, 1)).isTrue();
    parts(600, 900);
    assertThat(closeUpTo(898)).isEmpty();
    assertThat(closeUpTo(899)).containsExactly("700-900: 20");
    parts(900, 1700);
    assertThat(closeUpTo(1599)).containsExactly("700-1600: 90");
    assertThat(closeUpTo(2399)).containsExactly("1600-1700: 10");
  }

  @Test
  void whereAWindowEndsJustThenItIsOne() {
    parts(0, 500);
    assertThat(merger.cut(500, 1)).isTrue();
    parts(500, 800);
    assertThat(closeUpTo(799)).containsExactly("500-800: 30");
    parts(800, 1600);
    assertThat(closeUpTo(1599)).containsExactly("800-1600: 80");
  }

  @Test
  void whereNothingCameSinceThereIsNoWindow() {
    parts(0, 300);
    assertThat(merger.cut(300, 1)).isTrue();
    assertThat(closeUpTo(2000)).isEmpty();
    parts(2400, 3200);
    assertThat(closeUpTo(3199)).containsExactly("2400-3200: 80");
  }

  @Test
  void aModelsDriftCutsOnce() {
    parts(0, 300);
    assertThat(merger.cut(300, 4)).isTrue();
    parts(300, 400);
    assertThat(merger.cut(400, 4)).isFalse();
    assertThat(merger.cut(400, 3)).isFalse();
    parts(400, 600);
    assertThat(closeUpTo(599)).containsExactly("300-600: 30");
    assertThat(merger.cut(600, 5)).isTrue();
    parts(600, 800);
    assertThat(closeUpTo(799)).isEmpty();
    parts(800, 900);
    assertThat(closeUpTo(899)).containsExactly("600-900: 30");
  }

  @Test
  void aCountedWindowIsCutTheSameWay() {
    merger = new WindowMerger(COUNTED);
    parts(0, 300);
    assertThat(merger.closeCounted()).isEmpty();
    assertThat(merger.cut(350, 1)).isTrue();
    parts(300, 400);
    assertThat(merger.closeCounted()).isEmpty();
    parts(400, 600);
    assertThat(merger.closeCounted().map(WindowMergerTest::text)).contains("400-600: 20");
    assertThat(merger.closeCounted()).isEmpty();
    parts(600, 1200);
    assertThat(merger.closeCounted().map(WindowMergerTest::text)).contains("400-1200: 80");
    assertThat(merger.closeCounted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 200, 400, 650, 700})
  void aRestoreInBetweenChangesNothing(long since) {
    List<List<String>> runs =
        IntStream.range(0, 20).mapToObj(restoreAt -> run(since, 100L * restoreAt)).toList();
    assertThat(runs.get(0)).hasSizeGreaterThan(1);
    assertThat(runs).allSatisfy(run -> assertThat(run).isEqualTo(runs.get(0)));
  }

  private List<String> run(long since, long restoreAt) {
    merger = new WindowMerger(TIMED);
    List<String> closed = new ArrayList<>();
    for (long start = 0; start < 2000; start += 100) {
      if (start == restoreAt) {
        WindowMerger restored = new WindowMerger(TIMED);
        restored.restore(merger.contents(), merger.closedUpTo(), merger.lastCut());
        merger = restored;
      }
      if (since >= start && since < start + 100) {
        assertThat(merger.cut(since, 1)).isTrue();
      }
      parts(start, start + 100);
      closed.addAll(closeUpTo(start + 99));
    }
    return closed;
  }
}
