package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.codec.mapped.FieldMapping;
import io.otflow.codec.mapped.InputFormat;
import io.otflow.codec.mapped.RegistryAddress;
import io.otflow.codec.mapped.SchemaRegistry;
import io.otflow.codec.mapped.ValueSyntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the records of the features topic are written, and which of their fields are what. */
@Heading("Records")
final class JobInputOptions {

  @Option(
      names = "--input-format",
      paramLabel = "avro|json|csv",
      converter = Choices.Inputs.class,
      completionCandidates = Choices.Inputs.class,
      description =
          "Records of the features topic: avro, json or csv (default: avro). Without"
              + " --features, avro is schemas/feature_vector.avsc.")
  private InputFormat.Kind format = InputFormat.Kind.AVRO;

  @Option(
      names = "--features",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A,B.C",
      description =
          "Fields that are the features, in order; a dot leads into a record, a map or a list. True"
              + " is 1, false 0, a symbol of an Avro enum its index.")
  private List<String> features;

  @Mixin private CategoriesOption categories = new CategoriesOption();

  @Option(
      names = "--id-field",
      paramLabel = "FIELD",
      description = "The event's unique name (default: topic, partition and offset).")
  private String id;

  @Option(
      names = "--key-field",
      paramLabel = "FIELD",
      description = "What the event is about (default: the record's key, where it is text).")
  private String key;

  @Option(
      names = "--time-field",
      paramLabel = "FIELD",
      description =
          "When it happened: a number since 1970, ISO-8601, or a timestamp of Avro (default: Kafka's"
              + " time of the record).")
  private String time;

  @Mixin private TimeUnitOption timeUnit = new TimeUnitOption();

  @Option(
      names = "--quoted-numbers",
      description = "Takes numbers that stand in quotes, as texts, for numbers.")
  private boolean quotedNumbers;

  @Option(
      names = "--carry",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A,B",
      description = "Fields that come out with the score.")
  private List<String> carried = List.of();

  @Option(
      names = "--schema",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "FILE,…",
      description =
          "Avro schemas: records are read by the first one, and the others may have written them"
              + " too (default: the newest of the registry for the topic's values).")
  private List<Path> schemas = List.of();

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = "Registry of the schemas that records were written by; Confluent's interface.")
  private String registry;

  @Option(
      names = "--schema-registry-config",
      paramLabel = "FILE",
      description =
          "How to log in there, a file of properties: "
              + RegistryAddress.USER_INFO
              + "=NAME:PASSWORD, or "
              + RegistryAddress.TOKEN
              + ".")
  private Path registryConfig;

  @Option(
      names = "--csv-columns",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A,B",
      description = "Names of the cells of a row.")
  private List<String> columns = List.of();

  @Option(
      names = "--csv-separator",
      paramLabel = "C",
      description = "What stands between cells (default: ${DEFAULT-VALUE}).")
  private char separator = ',';

  /** Those of them that say nothing of a file. */
  static final String[] OF_TOPICS = {
    "--input-format",
    "--id-field",
    "--key-field",
    "--time-field",
    "--carry",
    "--quoted-numbers",
    "--schema",
    "--schema-registry",
    "--schema-registry-config",
    "--csv-columns",
    "--csv-separator"
  };

  /** For picocli. */
  JobInputOptions() {}

  /** What texts count that are features. */
  Map<String, List<String>> categories() {
    return categories.values();
  }

  /** What times of a file count. */
  TimeUnit timeUnitOfFile() {
    return timeUnit.ofFile();
  }

  /** What is named as features; null where nothing is. */
  List<String> features() {
    return features;
  }

  /**
   * The format, checked.
   *
   * @param topic the features topic, whose schema the registry may be asked for
   * @throws InputException if options do not fit each other
   * @throws IOException if a file cannot be read, or the registry does not answer
   */
  InputFormat toFormat(String topic) throws IOException {
    boolean avro = format == InputFormat.Kind.AVRO;
    only(avro, "--schema", !schemas.isEmpty(), "avro");
    only(avro, "--schema-registry", registry != null, "avro");
    only(format == InputFormat.Kind.CSV, "--csv-columns", !columns.isEmpty(), "csv");
    if (registryConfig != null && registry == null) {
      throw new InputException("--schema-registry-config is given without --schema-registry");
    }
    if (features == null) {
      return featureVectors(avro);
    }
    if (format == InputFormat.Kind.CSV && columns.isEmpty()) {
      throw new InputException("--input-format csv needs --csv-columns, names of a row's cells");
    }
    RegistryAddress address = registry == null ? null : address();
    FieldMapping mapping = new FieldMapping(features, id, key, time, carried, categories.values());
    InputFormat result =
        new InputFormat(
            format,
            mapping,
            new ValueSyntax(timeUnit.unit(), quotedNumbers),
            avro ? schemas(topic, address) : List.of(),
            address,
            columns,
            separator);
    // Finds now what each task manager would find.
    var unused = result.decoder();
    return result;
  }

  private InputFormat featureVectors(boolean avro) {
    boolean mapped =
        id != null
            || key != null
            || time != null
            || registry != null
            || !schemas.isEmpty()
            || !carried.isEmpty()
            || !categories.values().isEmpty()
            || timeUnit.unit() != null
            || quotedNumbers;
    if (!avro || mapped) {
      throw new InputException(
          "--features is missing: the fields of a record that are its features, in order");
    }
    return InputFormat.FEATURE_VECTORS;
  }

  private void only(boolean fits, String option, boolean given, String format) {
    if (given && !fits) {
      throw new InputException(option + " is for --input-format " + format);
    }
  }

  private RegistryAddress address() throws IOException {
    return RegistryAddress.of(registry, PropertiesFile.read(registryConfig));
  }

  private List<String> schemas(String topic, RegistryAddress address) throws IOException {
    if (!schemas.isEmpty()) {
      List<String> texts = new ArrayList<>();
      for (Path file : schemas) {
        texts.add(Files.readString(file));
      }
      return texts;
    }
    if (address == null) {
      throw new InputException("--features of Avro records need --schema or --schema-registry");
    }
    return List.of(new SchemaRegistry(address).newest(topic).toString());
  }
}
