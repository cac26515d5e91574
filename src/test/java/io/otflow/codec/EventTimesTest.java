package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times as people write them. */
class EventTimesTest {

  @ParameterizedTest
  @CsvSource({
    "1769860800000,MILLISECONDS",
    "1769860800,SECONDS",
    "1769860800.0,SECONDS",
    "1769860800000000,MICROSECONDS",
    "1769860800000000000,NANOSECONDS",
    "1.7698608e12,MILLISECONDS",
    "2026-01-31T12:00:00Z,MILLISECONDS",
    "2026-01-31T13:00:00+01:00,MILLISECONDS",
    "2026-01-31T13:00:00+0100,MILLISECONDS",
    "2026-01-31 13:00:00 +01,MILLISECONDS",
    "2026-01-31T13:00:00+01:00[Europe/Berlin],MILLISECONDS",
    "2026-01-31T13:00:00[Europe/Berlin],MILLISECONDS",
    "2026-01-31 12:00:00,MILLISECONDS",
    "2026-01-31T12:00,MILLISECONDS"
  })
  void noonOfTheLastOfJanuary(String text, TimeUnit unit) {
    assertThat(EventTimes.parse(text, unit, "here"))
        .isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
  }

  @Test
  void aDateAloneIsItsFirstInstant() {
    assertThat(EventTimes.parse("2026-01-31", TimeUnit.MILLISECONDS, "here"))
        .isEqualTo(Instant.parse("2026-01-31T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({"soon", "01.03.2021 00:00", "12:00", "2026-13-01", "NaN", "1e30", "''"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> EventTimes.parse(text, TimeUnit.MILLISECONDS, "here"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("here, expected a time: milliseconds since 1970 (--time-unit)");
  }
}
