package io.otflow.codec.mapped;

import io.otflow.codec.AvroBounds;
import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.InputException;
import io.otflow.codec.WireForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Records of Avro, of any schema. They are read by the reader's schema, whatever version of it they
 * were written by: fields that were reordered are found by their names, those that are missing have
 * their defaults, and only those that are mapped are read.
 */
final class AvroRecords implements RecordDecoder {

  /** Most schemas of writers that are kept. */
  private static final int MOST_WRITERS = 256;

  private final Schema projection;
  private final WriterSchemas writers;
  private final FieldReader fields;
  private final GenericData data = new GenericData();
  private final Map<Schema, GenericDatumReader<GenericRecord>> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<Schema, GenericDatumReader<GenericRecord>> eldest) {
          return size() > MOST_WRITERS;
        }
      };

  private BinaryDecoder decoder;

  AvroRecords(FieldMapping mapping, ValueSyntax syntax, Schema reader, WriterSchemas writers) {
    this.writers = writers;
    projection = projection(mapping, reader);
    fields =
        new FieldReader(
            mapping, syntax.timeUnitOr(timeUnit(mapping, reader)), syntax.quotedNumbers());
    data.addLogicalTypeConversion(new Conversions.DecimalConversion());
  }

  /** The reader's schema with the mapped fields alone. */
  private static Schema projection(FieldMapping mapping, Schema reader) {
    if (reader.getType() != Schema.Type.RECORD) {
      throw new InputException(
          "the schema is of type " + reader.getType().getName() + ", expected a record");
    }
    mapping.paths().forEach(path -> typeOf(path, reader));
    Set<String> roots = mapping.paths().stream().map(FieldPath::root).collect(Collectors.toSet());
    List<Schema.Field> kept = new ArrayList<>();
    for (Schema.Field field : reader.getFields()) {
      if (roots.contains(field.name())) {
        kept.add(new Schema.Field(field, field.schema()));
      }
    }
    Schema projection =
        Schema.createRecord(reader.getName(), null, reader.getNamespace(), reader.isError(), kept);
    reader.getAliases().forEach(projection::addAlias);
    return projection;
  }

  /** The type of a field; null where a list or a map has what a path leads to. */
  private static Schema typeOf(FieldPath path, Schema reader) {
    Schema at = reader;
    for (String segment : path.segments()) {
      at = notNull(at);
      switch (at.getType()) {
        case RECORD -> {
          Schema.Field field = at.getField(segment);
          if (field == null) {
            throw new InputException(
                "schema '%s' has no field '%s' (of '%s'), only %s"
                    .formatted(
                        at.getFullName(),
                        segment,
                        path,
                        at.getFields().stream()
                            .map(Schema.Field::name)
                            .collect(Collectors.joining(", "))));
          }
          at = field.schema();
        }
        case MAP -> at = at.getValueType();
        case ARRAY -> at = at.getElementType();
        case UNION -> {
          return at; // of several types: each record has its own
        }
        default ->
            throw new InputException(
                "'%s' leads into a field of type %s, expected a record, a map or an array"
                    .formatted(path, at.getType().getName()));
      }
    }
    return notNull(at);
  }

  /** A union of null and one type is that type. */
  private static Schema notNull(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> others =
        schema.getTypes().stream().filter(t -> t.getType() != Schema.Type.NULL).toList();
    return others.size() == 1 ? others.get(0) : schema;
  }

  /** What a time without a logical type is taken to count: milliseconds. */
  static TimeUnit timeUnit(FieldMapping mapping, Schema reader) {
    LogicalType type =
        mapping.time() == null
            ? null
            : typeOf(FieldPath.parse(mapping.time()), reader).getLogicalType();
    if (type instanceof LogicalTypes.TimestampMicros
        || type instanceof LogicalTypes.LocalTimestampMicros) {
      return TimeUnit.MICROSECONDS;
    }
    return type instanceof LogicalTypes.TimestampNanos
            || type instanceof LogicalTypes.LocalTimestampNanos
        ? TimeUnit.NANOSECONDS
        : TimeUnit.MILLISECONDS;
  }

  @Override
  public FeatureValues decode(byte[] value, RecordPlace place) throws DecodeException, IOException {
    Values.requirePresent(value);
    WriterSchemas.Written written = writers.of(value, place);
    GenericRecord record;
    // Any runtime exception: Avro's classes meet schemas that do not resolve with all kinds of
    // them.
    try {
      AvroBounds.checkWhole(written.schema(), value, written.start());
      decoder =
          DecoderFactory.get()
              .binaryDecoder(value, written.start(), value.length - written.start(), decoder);
      record = reader(written.schema()).read(null, decoder);
    } catch (DecodeException | IOException | RuntimeException e) {
      throw new DecodeException(
          "the bytes are no record of schema '"
              + written.schema().getFullName()
              + "' as the job reads it: "
              + e.getMessage()
              + (written.start() == 0 ? WireForm.remark(value, WireForm.OTHER) : ""),
          e);
    }
    return fields.read(record, place);
  }

  private GenericDatumReader<GenericRecord> reader(Schema writer) {
    return readers.computeIfAbsent(
        writer, schema -> new GenericDatumReader<>(schema, projection, data));
  }
}
