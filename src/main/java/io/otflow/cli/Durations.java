package io.otflow.cli;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as Flink writes them: 5ms, 30 s, 10min, 2h. */
final class Durations implements ITypeConverter<Duration> {

  /** For picocli. */
  Durations() {}

  @Override
  public Duration convert(String text) {
    try {
      Duration duration = TimeUtils.parseDuration(text);
      long unused = duration.toMillis(); // throws where it does not fit
      return duration;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration, expected one such as 5ms, 30s, 10min, 2h");
    }
  }
}
