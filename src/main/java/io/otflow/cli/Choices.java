package io.otflow.cli;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.flink.JobConfig.Mode;
import io.otflow.flink.JobConfig.StartingOffsets;
import io.otflow.flink.OutputFormat;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
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

  /** How a choice is written. */
  static String word(Object choice) {
    return choice.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <T> T choose(String text, T[] choices) {
    for (T choice : choices) {
      if (word(choice).equals(text.toLowerCase(Locale.ROOT))) {
        return choice;
      }
    }
    throw new TypeConversionException(
        "'"
            + text
            + "' is none of "
            + Arrays.stream(choices).map(Choices::word).collect(Collectors.joining(", ")));
  }

  /** For picocli. */
  static final class WarmUps implements ITypeConverter<WarmUp> {
    @Override
    public WarmUp convert(String text) {
      return choose(text, WarmUp.values());
    }
  }

  /** For picocli. */
  static final class Offsets implements ITypeConverter<StartingOffsets> {
    @Override
    public StartingOffsets convert(String text) {
      return choose(text, StartingOffsets.values());
    }
  }

  /** For picocli. */
  static final class Inputs implements ITypeConverter<InputFormat.Kind> {
    @Override
    public InputFormat.Kind convert(String text) {
      return choose(
          text,
          new InputFormat.Kind[] {
            InputFormat.Kind.AVRO, InputFormat.Kind.JSON, InputFormat.Kind.CSV
          });
    }
  }

  /** For picocli. */
  static final class Outputs implements ITypeConverter<OutputFormat> {
    @Override
    public OutputFormat convert(String text) {
      return choose(text, OutputFormat.values());
    }
  }

  /** For picocli. */
  static final class Modes implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String text) {
      return choose(text, Mode.values());
    }
  }

  /** For picocli. */
  static final class Deliveries implements ITypeConverter<DeliveryGuarantee> {
    @Override
    public DeliveryGuarantee convert(String text) {
      return choose(
          text,
          new DeliveryGuarantee[] {
            DeliveryGuarantee.EXACTLY_ONCE, DeliveryGuarantee.AT_LEAST_ONCE
          });
    }
  }
}
