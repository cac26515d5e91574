package io.otflow.codec;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Reads a CSV file row by row, in memory of a few rows. The file has a header row; commas or
 * semicolons are told apart by it. Without named features, a column is a feature if any of its
 * first {@value #LOOK_AHEAD} cells is a number. Not thread-safe.
 */
public final class CsvRows implements Closeable {

  private static final int LOOK_AHEAD = 100;
  private static final int LONGEST_HEADER = 1 << 20;

  private final String name;
  private final CountingInputStream bytes;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final Deque<CsvRecord> ahead = new ArrayDeque<>();
  private final CsvHeader header;
  private final int[] features;
  private final List<String> leftOut;
  private final Set<String> binary;
  private CsvRecord record;
  private long rows;

  private CsvRows(Path file, CountingInputStream bytes, CsvSelection selection) throws IOException {
    this.name = file.toString();
    this.bytes = bytes;
    BufferedInputStream in = new BufferedInputStream(bytes, 1 << 16);
    char separator = separator(in);
    reader =
        CsvReader.builder()
            .fieldSeparator(separator)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .detectBomHeader(true)
            .ofCsvRecord(in);
    records = reader.iterator();
    CsvRecord first = parse();
    if (first == null) {
      throw new InputException(name + " is empty, expected a header row and rows of numbers");
    }
    header = new CsvHeader(name, first);
    for (CsvRecord row = parse(); row != null; row = ahead.size() < LOOK_AHEAD ? parse() : null) {
      ahead.add(row);
    }
    if (ahead.isEmpty()) {
      throw new InputException(name + " has a header row, but no rows below it");
    }
    selection.others().forEach(header::index);
    leftOut = new ArrayList<>();
    features = header.features(selection, ahead, leftOut);
    binary = header.binary(ahead);
  }

  /**
   * Opens a file.
   *
   * @param file the file
   * @param selection which columns are features
   * @return its rows, before the first
   * @throws InputException if it is missing, empty, has no rows, or lacks a column; the message
   *     names the place
   * @throws IOException if it cannot be read
   */
  public static CsvRows open(Path file, CsvSelection selection) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InputException(file + " is a directory, expected a CSV file");
    }
    CountingInputStream in;
    try {
      in = new CountingInputStream(Files.newInputStream(file));
    } catch (NoSuchFileException e) {
      throw new InputException(file + ": there is no such file", e);
    }
    try {
      return new CsvRows(file, in, selection);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * The names of all columns.
   *
   * @return the header row
   */
  public List<String> columns() {
    return header.columns();
  }

  /**
   * The features' names.
   *
   * @return d names, in order
   */
  public List<String> featureNames() {
    List<String> names = new ArrayList<>(features.length);
    for (int index : features) {
      names.add(header.columns().get(index));
    }
    return names;
  }

  /**
   * Columns that are not features because none of their first cells is a number.
   *
   * @return their names
   */
  public List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /**
   * Whether a column looks like a label.
   *
   * @param column the column's name
   * @return true if its first cells are all 0 or 1
   */
  public boolean binary(String column) {
    return binary.contains(column);
  }

  /**
   * The number of features.
   *
   * @return d
   */
  public int d() {
    return features.length;
  }

  /**
   * Rows read so far.
   *
   * @return the number of the present row, from 1
   */
  public long rows() {
    return rows;
  }

  /**
   * How much of the file was read.
   *
   * @return bytes, counted in blocks
   */
  public long bytesRead() {
    return bytes.count;
  }

  /**
   * Goes to the next row.
   *
   * @return false behind the last one
   * @throws InputException if the row has more or fewer cells than the header
   */
  public boolean next() {
    record = ahead.isEmpty() ? parse() : ahead.poll();
    if (record == null) {
      return false;
    }
    rows++;
    if (record.getFieldCount() != header.columns().size()) {
      throw new InputException(
          at()
              + ": the row has "
              + record.getFieldCount()
              + " cells, expected "
              + header.columns().size()
              + " as in the header");
    }
    return true;
  }

  /**
   * Reads the features of the present row.
   *
   * @param x receives d finite values
   * @param offset index of the first
   * @throws InputException if a cell is not a finite number
   */
  public void features(double[] x, int offset) {
    for (int k = 0; k < features.length; k++) {
      x[offset + k] = number(features[k]);
    }
  }

  /**
   * Reads rows up to the end of the file.
   *
   * @param x receives rows × d, row-major
   * @param most most rows to read
   * @return rows read, fewer than {@code most} only at the end
   * @throws InputException if a row is not as it should be
   */
  public int readBatch(double[] x, int most) {
    int count = 0;
    while (count < most && next()) {
      features(x, count * features.length);
      count++;
    }
    return count;
  }

  /**
   * A cell of the present row as it is.
   *
   * @param column the column's name
   * @return its text
   * @throws InputException if there is no such column
   */
  public String cell(String column) {
    return record.getField(header.index(column));
  }

  /**
   * Whether the present row is labelled an anomaly.
   *
   * @param column the column's name
   * @return true for 1, false for 0
   * @throws InputException if the cell is neither
   */
  public boolean label(String column) {
    double value = number(header.index(column));
    if (value != 0 && value != 1) {
      throw new InputException(place(column) + ", expected 0 or 1");
    }
    return value == 1;
  }

  /**
   * Where a cell of the present row is and what it holds, as messages begin.
   *
   * @param column the column's name
   * @return such as {@code F.csv:7: column 'x' is 'abc'}
   */
  public String place(String column) {
    return at() + ": column '" + column + "' is '" + cell(column) + "'";
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private double number(int index) {
    String cell = record.getField(index).strip();
    double value = Cells.number(cell);
    if (!Double.isFinite(value)) {
      String column = header.columns().get(index);
      throw new InputException(
          cell.isEmpty()
              ? at() + ": column '" + column + "' is empty, expected a number"
              : place(column)
                  + (Cells.text(cell) ? ", expected a number" : ", expected a finite number"));
    }
    return value;
  }

  private String at() {
    return name + ":" + record.getStartingLineNumber();
  }

  private CsvRecord parse() {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException e) {
      throw new InputException(name + " is not a CSV file: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new InputException(name + " cannot be read: " + e.getCause().getMessage(), e);
    }
  }

  /**
   * Looks at the first line, without taking it: the separator that it has more of, outside quotes.
   */
  private static char separator(BufferedInputStream in) throws IOException {
    in.mark(LONGEST_HEADER + 1);
    int balance = 0;
    boolean quoted = false;
    for (int i = 0; i < LONGEST_HEADER; i++) {
      int c = in.read();
      if (c < 0 || (!quoted && (c == '\n' || c == '\r'))) {
        break;
      }
      quoted ^= c == '"';
      if (!quoted) {
        balance += c == ';' ? 1 : c == ',' ? -1 : 0;
      }
    }
    in.reset();
    return balance > 0 ? ';' : ',';
  }

  /** Counts what passes. */
  private static final class CountingInputStream extends InputStream {
    private final InputStream in;
    private long count;

    CountingInputStream(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = in.read(target, offset, length);
      count += Math.max(n, 0);
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
