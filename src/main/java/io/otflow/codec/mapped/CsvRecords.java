package io.otflow.codec.mapped;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Records that are one row of CSV each, without a header. An empty cell is a missing field. */
final class CsvRecords implements RecordDecoder {

  private final List<String> columns;
  private final CsvReader.CsvReaderBuilder reader;
  private final FieldReader fields;

  CsvRecords(FieldMapping mapping, ValueSyntax syntax, List<String> columns, char separator) {
    for (FieldPath path : mapping.paths()) {
      if (!columns.contains(path.toString())) {
        throw new InputException(
            "there is no column '" + path + "', only " + String.join(", ", columns));
      }
    }
    this.columns = columns;
    reader = CsvReader.builder().fieldSeparator(separator).skipEmptyLines(false);
    fields = new FieldReader(mapping, syntax.timeUnitOr(TimeUnit.MILLISECONDS), true);
  }

  @Override
  public FeatureValues decode(byte[] value, RecordPlace place) throws DecodeException {
    Values.requirePresent(value);
    CsvRecord row = row(value);
    if (row.getFieldCount() != columns.size()) {
      throw new DecodeException(
          "the row has %d cells, expected the %d columns %s"
              .formatted(row.getFieldCount(), columns.size(), String.join(", ", columns)));
    }
    Map<String, Object> record = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String cell = row.getField(i).strip();
      if (!cell.isEmpty()) {
        record.put(columns.get(i), cell);
      }
    }
    return fields.read(record, place);
  }

  private CsvRecord row(byte[] value) throws DecodeException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      try (CsvReader<CsvRecord> rows = reader.ofCsvRecord(text)) {
        Iterator<CsvRecord> all = rows.iterator();
        CsvRecord first = all.next();
        if (all.hasNext()) {
          throw new DecodeException("the value has more than one row of CSV, expected one");
        }
        return first;
      }
    } catch (CharacterCodingException e) {
      throw new DecodeException("the value is no text in UTF-8", e);
    } catch (CsvParseException | UncheckedIOException | IOException e) {
      throw new DecodeException("the value is no row of CSV: " + e.getMessage(), e);
    }
  }
}
