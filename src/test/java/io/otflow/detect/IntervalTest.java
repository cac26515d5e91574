package io.otflow.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {

  /** The score method without continuity correction, Newcombe 1998, table I. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0, 0.1611",
    "1, 29, 0.0061, 0.1718"
  })
  void publishedIntervalsOfShares(int hits, int of, double low, double high) {
    Interval interval = Interval.ofShare(hits, of);
    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
    Interval others = Interval.ofShare(of - hits, of);
    assertThat(others.low()).isCloseTo(1 - interval.high(), within(1e-12));
    assertThat(others.high()).isCloseTo(1 - interval.low(), within(1e-12));
  }

  @Test
  void theEndsAreExactAndNoCasesSayNothing() {
    assertThat(Interval.ofShare(0, 7).low()).isEqualTo(0);
    assertThat(Interval.ofShare(7, 7).high()).isEqualTo(1);
    assertThat(Interval.ofShare(0, 0)).isEqualTo(Interval.UNKNOWN);
    assertThat(Interval.UNKNOWN.known()).isFalse();
    assertThat(Interval.ofShare(1, 2).known()).isTrue();
  }
}
