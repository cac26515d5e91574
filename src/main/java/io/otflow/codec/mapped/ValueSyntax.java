package io.otflow.codec.mapped;

import java.io.Serializable;
import java.util.concurrent.TimeUnit;

/**
 * What numbers of a record mean where the record does not say.
 *
 * @param timeUnit what a time counts that is a plain number; null: what Avro's schema says, else
 *     milliseconds
 * @param quotedNumbers whether a text may be a number, as {@code "21.5"} in quotes
 */
public record ValueSyntax(TimeUnit timeUnit, boolean quotedNumbers) implements Serializable {

  /** Milliseconds where nothing else is said, and numbers that are numbers. */
  public static final ValueSyntax DEFAULT = new ValueSyntax(null, false);

  /** The unit, or the one that holds where none was asked for. */
  TimeUnit timeUnitOr(TimeUnit other) {
    return timeUnit == null ? other : timeUnit;
  }
}
