package io.otflow.cli;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.flink.FlagRule;
import io.otflow.flink.JobConfig.Mode;
import io.otflow.flink.JobConfig.StartingOffsets;
import io.otflow.flink.OutputFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.DeliveryGuarantee;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options with a few words to choose from. */
final class Choices {

  private Choices() {}

  /** What happens to events before the first model. */
  enum WarmUp {
    PASS,
    HOLD
  }

  /** What happens to rows of a file that lack a feature. */
  enum Missing {
    REJECT,
    SKIP
  }

  /** What times count. */
  enum Unit {
    MS(TimeUnit.MILLISECONDS),
    S(TimeUnit.SECONDS),
    US(TimeUnit.MICROSECONDS),
    NS(TimeUnit.NANOSECONDS);

    private final TimeUnit unit;

    Unit(TimeUnit unit) {
      this.unit = unit;
    }

    TimeUnit unit() {
      return unit;
    }
  }

  /** How a choice is written. */
  static String word(Object choice) {
    return choice.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads one of a few words, and lists them, for a shell to complete. */
  private abstract static class Choice<T> implements ITypeConverter<T>, Iterable<String> {

    private final List<T> choices;

    Choice(List<T> choices) {
      this.choices = choices;
    }

    @Override
    public T convert(String text) {
      for (T choice : choices) {
        if (word(choice).equals(text.toLowerCase(Locale.ROOT))) {
          return choice;
        }
      }
      throw new TypeConversionException("'" + text + "' is none of " + String.join(", ", this));
    }

    @Override
    public Iterator<String> iterator() {
      return choices.stream().map(Choices::word).iterator();
    }
  }

  /** For picocli. */
  static final class FdrRules extends Choice<FlagRule> {
    FdrRules() {
      super(List.of(FlagRule.LORD, FlagRule.E_LOND));
    }
  }

  /** For picocli. */
  static final class MissingCells extends Choice<Missing> {
    MissingCells() {
      super(List.of(Missing.values()));
    }
  }

  /** For picocli. */
  static final class TimeUnits extends Choice<Unit> {
    TimeUnits() {
      super(List.of(Unit.values()));
    }
  }

  /** For picocli. */
  static final class WarmUps extends Choice<WarmUp> {
    WarmUps() {
      super(List.of(WarmUp.values()));
    }
  }

  /** For picocli. */
  static final class Offsets extends Choice<StartingOffsets> {
    Offsets() {
      super(List.of(StartingOffsets.values()));
    }
  }

  /** For picocli. */
  static final class Inputs extends Choice<InputFormat.Kind> {
    Inputs() {
      super(List.of(InputFormat.Kind.AVRO, InputFormat.Kind.JSON, InputFormat.Kind.CSV));
    }
  }

  /** For picocli. */
  static final class Outputs extends Choice<OutputFormat> {
    Outputs() {
      super(List.of(OutputFormat.values()));
    }
  }

  /** For picocli. */
  static final class Modes extends Choice<Mode> {
    Modes() {
      super(List.of(Mode.values()));
    }
  }

  /** For picocli. */
  static final class Deliveries extends Choice<DeliveryGuarantee> {
    Deliveries() {
      super(List.of(DeliveryGuarantee.EXACTLY_ONCE, DeliveryGuarantee.AT_LEAST_ONCE));
    }
  }
}
