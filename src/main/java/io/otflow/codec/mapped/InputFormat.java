package io.otflow.codec.mapped;

import io.otflow.codec.FeatureVectorDecoder;
import io.otflow.codec.InputException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * How the records of the features topic are written. Serializable, as it goes with the job.
 *
 * @param kind what they are
 * @param mapping which of their fields are what; null where they are feature vectors
 * @param syntax what their numbers mean
 * @param schemas schemas of Avro as JSON: by the first one records are read, and any of them may
 *     have written a record
 * @param registry where the schemas of writers are; null: among {@code schemas}
 * @param columns columns of CSV
 * @param separator character between cells of CSV
 */
public record InputFormat(
    Kind kind,
    FieldMapping mapping,
    ValueSyntax syntax,
    List<String> schemas,
    RegistryAddress registry,
    List<String> columns,
    char separator)
    implements Serializable {

  /** What records are. */
  public enum Kind {
    /** {@code schemas/feature_vector.avsc}. */
    FEATURE_VECTORS,
    /** Avro of any schema. */
    AVRO,
    /** JSON objects. */
    JSON,
    /** Rows of CSV. */
    CSV
  }

  /** Feature vectors, for which there is nothing to say. */
  public static final InputFormat FEATURE_VECTORS =
      new InputFormat(
          Kind.FEATURE_VECTORS, null, ValueSyntax.DEFAULT, List.of(), null, List.of(), ',');

  /** Copies the lists. */
  public InputFormat {
    schemas = List.copyOf(schemas);
    columns = List.copyOf(columns);
  }

  /**
   * The names of the features.
   *
   * @return the mapped fields; empty where feature vectors have none
   */
  public List<String> featureNames() {
    return mapping == null ? List.of() : mapping.features();
  }

  /**
   * What times count that are plain numbers.
   *
   * @return the unit that was asked for, else what Avro's schema says, else milliseconds
   */
  public TimeUnit timeUnit() {
    return syntax.timeUnitOr(
        kind == Kind.AVRO
            ? AvroRecords.timeUnit(mapping, parse(schemas.get(0)))
            : TimeUnit.MILLISECONDS);
  }

  /**
   * Refuses a model whose features cannot be these: another number of them, or the same names in
   * another order. Other names are no reason, for a model may have been fitted to columns of a
   * file.
   *
   * @param modelNames names of the model's features
   * @throws InputException if they cannot be these
   */
  public void requireFits(List<String> modelNames) {
    List<String> names = featureNames();
    if (names.isEmpty() || names.equals(modelNames)) {
      return;
    }
    if (names.size() != modelNames.size()) {
      throw new InputException(
          "--features names %d fields, the model has the %d features %s"
              .formatted(names.size(), modelNames.size(), String.join(", ", modelNames)));
    }
    if (new HashSet<>(names).equals(new HashSet<>(modelNames))) {
      throw new InputException(
          "--features has the order %s, the model's features have %s"
              .formatted(String.join(", ", names), String.join(", ", modelNames)));
    }
  }

  /**
   * A decoder of such records. Nothing is asked of the registry before the first record.
   *
   * @return a new decoder
   * @throws InputException if schema, columns and mapping do not fit each other
   */
  public RecordDecoder decoder() {
    return switch (kind) {
      case FEATURE_VECTORS -> (value, place) -> FeatureVectorDecoder.decode(value);
      case JSON -> new JsonRecords(mapping, syntax);
      case CSV -> new CsvRecords(mapping, syntax, columns, separator);
      case AVRO -> {
        List<Schema> parsed = schemas.stream().map(InputFormat::parse).toList();
        yield new AvroRecords(
            mapping,
            syntax,
            parsed.get(0),
            registry == null ? new GivenSchemas(parsed) : new SchemaRegistry(registry));
      }
    };
  }

  private static Schema parse(String json) {
    try {
      return new Schema.Parser().parse(json);
    } catch (SchemaParseException e) {
      throw new InputException("no schema of Avro: " + e.getMessage(), e);
    }
  }
}
