package io.otflow.codec;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
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
 * Reads a CSV file row by row, in memory of a few rows. The file has a header row; commas,
 * semicolons, tabs and bars are told apart by it, and where it is no comma, a comma within a number
 * is its decimal mark. Without named features, a column is a feature if any of its first {@value
 * #LOOK_AHEAD} cells is a number. Not thread-safe.
 */
public final class CsvRows implements Closeable {

  private static final int LOOK_AHEAD = 100;
  private final String name;
  private final CountingInputStream bytes;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final Deque<CsvRecord> ahead = new ArrayDeque<>();
  private final CsvFormat format;
  private final CsvCells cells;
  private final CsvHeader header;
  private final int[] features;
  private final DecimalMark[] marks;
  private final int[][] twins;
  private final List<String> leftOut;
  private final Set<String> binary;
  private final MissingRows missing = new MissingRows();
  private CsvRecord record;
  private long rows;

  private CsvRows(Path file, CountingInputStream bytes, CsvSelection selection, CsvFormat format)
      throws IOException {
    this.name = file.toString();
    this.bytes = bytes;
    this.format = format;
    BufferedInputStream in = new BufferedInputStream(bytes, 1 << 16);
    Charset charset = CsvText.charset(in, format.encoding());
    char separator = CsvText.separator(in, charset);
    reader =
        CsvReader.builder()
            .fieldSeparator(separator)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(CsvText.reader(in, charset));
    records = reader.iterator();
    CsvRecord first = parse();
    if (first == null) {
      throw new InputException(name + " is empty, expected a header row and rows of numbers");
    }
    for (CsvRecord row = parse(); row != null; row = ahead.size() < LOOK_AHEAD ? parse() : null) {
      ahead.add(row);
    }
    cells = new CsvCells(format, separator);
    header = new CsvHeader(name, first, ahead);
    if (ahead.isEmpty()) {
      throw new InputException(name + " has a header row, but no rows below it");
    }
    selection.others().forEach(header::index);
    leftOut = new ArrayList<>();
    features = header.features(selection, format, cells, ahead, leftOut);
    binary = header.binary(cells, ahead);
    marks = new DecimalMark[features.length];
    for (int k = 0; k < features.length; k++) {
      marks[k] = separator == ',' ? DecimalMark.point() : mark(features[k]);
    }
    twins = header.twins(features, selection.others());
  }

  /**
   * Opens a file.
   *
   * @param file the file
   * @param selection which columns are features
   * @param format how its cells are read
   * @return its rows, before the first
   * @throws InputException if it is missing, empty, has no rows, or lacks a column; the message
   *     names the place
   * @throws IOException if it cannot be read
   */
  public static CsvRows open(Path file, CsvSelection selection, CsvFormat format)
      throws IOException {
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
      return new CsvRows(file, in, selection, format);
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
      names.add(header.name(index));
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
   * Rows that were left out so far, as a feature is missing.
   *
   * @return how many, and the first places
   */
  public MissingRows missing() {
    return missing;
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
    return bytes.count();
  }

  /**
   * Goes to the next row that lacks no feature; one that does is left out and counted, or an error,
   * as the format says.
   *
   * @return false behind the last one
   * @throws InputException if the row has more or fewer cells than the header
   */
  public boolean next() {
    while (advance()) {
      if (complete()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Goes to the next row, whatever it lacks.
   *
   * @return false behind the last one
   * @throws InputException if the row has more or fewer cells than the header
   */
  public boolean advance() {
    record = ahead.isEmpty() ? parse() : ahead.poll();
    if (record == null) {
      return false;
    }
    rows++;
    int width = header.width();
    boolean longer = false;
    for (int i = width; i < record.getFieldCount(); i++) {
      longer |= !record.getField(i).isBlank();
    }
    if (longer || record.getFieldCount() < width) {
      throw wrongWidth(width);
    }
    checkTwins();
    return true;
  }

  /**
   * Whether the present row has all features, or none are left out; called once a row. One that
   * lacks one is counted.
   *
   * @return false if it is to be left out
   */
  public boolean complete() {
    int lacking = format.skipMissing() ? lacking() : -1;
    if (lacking < 0) {
      return true;
    }
    missing.add(missingPlace(lacking));
    return false;
  }

  /** The decimal mark of a column. */
  private DecimalMark mark(int index) {
    List<String> first =
        ahead.stream()
            .filter(row -> index < row.getFieldCount())
            .map(row -> row.getField(index))
            .filter(cell -> !cells.missing(cell) && !Double.isNaN(cells.number(cell)))
            .toList();
    DecimalMark mark = DecimalMark.of(first);
    if (mark.unclear()) {
      throw header.unreadable(index, first.stream().filter(c -> c.contains(",")).findFirst().get());
    }
    return mark;
  }

  /** Columns of one name that were equal so far must be so. */
  private void checkTwins() {
    for (int[] twin : twins) {
      if (!record.getField(twin[0]).equals(record.getField(twin[1]))) {
        throw header.doubled(at(), twin[0]);
      }
    }
  }

  private InputException wrongWidth(int width) {
    return new InputException(
        at()
            + ": the row has "
            + record.getFieldCount()
            + " cells, expected "
            + width
            + " as in the header");
  }

  /** The index of the first feature that the present row lacks; -1 where it has all. */
  private int lacking() {
    for (int index : features) {
      String cell = record.getField(index);
      List<String> categories = format.categories().get(header.name(index));
      if (cells.missing(cell) && (categories == null || !categories.contains(cell.strip()))) {
        return index;
      }
    }
    return -1;
  }

  private String missingPlace(int index) {
    String cell = record.getField(index).strip();
    return at()
        + ": column '"
        + header.name(index)
        + "' is "
        + (cell.isEmpty() ? "empty" : "'" + cell + "'");
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
      x[offset + k] = number(k);
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
   * @return whether it holds the format's value of an anomaly; without one, true for 1 and true,
   *     false for 0 and false
   * @throws InputException if the cell is none of these
   */
  public boolean label(String column) {
    String cell = cell(column).strip();
    if (format.anomalyValue() != null) {
      double wanted = cells.number(format.anomalyValue());
      return cell.equals(format.anomalyValue())
          || (!Double.isNaN(wanted) && cells.number(cell) == wanted);
    }
    if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
      return cell.equalsIgnoreCase("true");
    }
    double value = cells.number(cell);
    if (value != 0 && value != 1) {
      throw new InputException(
          place(column) + ", expected 0 or 1, or --anomaly-value with what stands for an anomaly");
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

  private double number(int feature) {
    int index = features[feature];
    String cell = record.getField(index).strip();
    String column = header.name(index);
    List<String> categories = format.categories().get(column);
    if (categories != null) {
      int category = categories.indexOf(cell);
      if (category < 0) {
        throw new InputException(
            place(column) + ", expected one of " + String.join(", ", categories));
      }
      return category;
    }
    double value = marks[feature].number(cell);
    if (cells.missing(cell)) {
      throw new InputException(
          missingPlace(index) + ", expected a number; --missing skip leaves such rows out");
    }
    if (!Double.isFinite(value)) {
      throw new InputException(
          place(column)
              + (cells.text(cell)
                  ? ", expected a number; --categories gives texts their numbers"
                  : ", expected a finite number"));
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
      if (e.getCause() instanceof CharacterCodingException coding) {
        throw wrongEncoding(coding);
      }
      throw new InputException(name + " cannot be read: " + e.getCause().getMessage(), e);
    }
  }

  private InputException wrongEncoding(CharacterCodingException e) {
    return new InputException(
        name
            + " is not text in "
            + format.encoding()
            + ": name its encoding with --encoding, such as ISO-8859-1 or windows-1252",
        e);
  }
}
