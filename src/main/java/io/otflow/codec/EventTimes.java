package io.otflow.codec;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Times as people write them in files and records. */
public final class EventTimes {

  /** ISO-8601, and what is often taken for it: a blank for the T, an offset without its colon. */
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][ ]")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendPattern("[ ]")
          .appendPattern("[XXXXX][XX][X]")
          .appendPattern("['['VV']']")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  private EventTimes() {}

  /**
   * A number since 1970; ISO-8601 with an offset; date and time, apart by a T or a blank, or a date
   * alone, which are taken as UTC.
   *
   * @param text the cell
   * @param unit what a number counts
   * @param place where it is, for the message
   * @return the time, in whole milliseconds
   * @throws InputException if it is none of these
   */
  public static Instant parse(String text, TimeUnit unit, String place) {
    String time = text.strip().replaceAll("\\s+", " ");
    try {
      if (time.matches("[+-]?\\d{1,18}")) {
        return Instant.ofEpochMilli(unit.toMillis(Long.parseLong(time)));
      }
      OptionalLong number = millis(Cells.number(time), unit);
      if (number.isPresent()) {
        return Instant.ofEpochMilli(number.getAsLong());
      }
      // Refuses years that milliseconds cannot hold.
      return Instant.ofEpochMilli(
          instant(
                  ISO.parseBest(
                      time,
                      ZonedDateTime::from,
                      OffsetDateTime::from,
                      LocalDateTime::from,
                      LocalDate::from))
              .toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new InputException(
          place
              + ", expected a time: "
              + unit.name().toLowerCase(Locale.ROOT)
              + " since 1970 (--time-unit), 2026-01-31T12:00:00Z, '2026-01-31 12:00:00' (UTC), or"
              + " 2026-01-31",
          e);
    }
  }

  private static Instant instant(TemporalAccessor time) {
    if (time instanceof ZonedDateTime zoned) {
      return zoned.toInstant();
    }
    if (time instanceof OffsetDateTime offset) {
      return offset.toInstant();
    }
    return time instanceof LocalDateTime local
        ? local.toInstant(ZoneOffset.UTC)
        : ((LocalDate) time).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * A number since 1970 that need not be whole, to the nearest millisecond.
   *
   * @param number the number
   * @param unit what it counts
   * @return milliseconds; none where they are beyond 64 bits, or it is not finite
   */
  public static OptionalLong millis(double number, TimeUnit unit) {
    double millis = number / unit.convert(1, TimeUnit.SECONDS) * 1000;
    return Math.abs(millis) < 9e18 ? OptionalLong.of(Math.round(millis)) : OptionalLong.empty();
  }
}
