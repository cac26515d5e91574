package io.otflow.codec;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/** Times as people write them in CSV files. */
public final class EventTimes {

  private EventTimes() {}

  /**
   * Milliseconds since 1970 as a whole number; ISO-8601 with an offset; or date and time, apart by
   * a T or a blank, which are taken as UTC.
   *
   * @param text the cell
   * @param place where it is, for the message
   * @return the time
   * @throws InputException if it is none of these
   */
  public static Instant parse(String text, String place) {
    String time = text.strip();
    try {
      if (time.matches("[+-]?\\d{1,18}")) {
        return Instant.ofEpochMilli(Long.parseLong(time));
      }
      TemporalAccessor parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              time.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) +", "$1T"),
              OffsetDateTime::from,
              LocalDateTime::from);
      Instant instant =
          parsed instanceof OffsetDateTime offset
              ? offset.toInstant()
              : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
      // Refuses years that milliseconds cannot hold.
      return Instant.ofEpochMilli(instant.toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new InputException(
          place
              + ", expected a time: milliseconds since 1970, 2026-01-31T12:00:00Z, or"
              + " '2026-01-31 12:00:00' (UTC)",
          e);
    }
  }
}
