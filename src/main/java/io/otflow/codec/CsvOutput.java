package io.otflow.codec;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a CSV file with commas; numbers are written so that reading gives the same double. */
public final class CsvOutput implements Closeable {

  private final CsvWriter writer;
  private final String[] cells;

  private CsvOutput(CsvWriter writer, List<String> columns) {
    this.writer = writer;
    this.cells = new String[columns.size()];
    writer.writeRecord(columns);
  }

  /**
   * Creates a file, or replaces it, and writes the header row.
   *
   * @param file the file
   * @param columns the columns' names
   * @return the open file
   * @throws IOException if it cannot be written
   */
  public static CsvOutput create(Path file, List<String> columns) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new InputException(file + " cannot be written: there is no directory " + folder);
    }
    if (Files.isDirectory(file)) {
      throw new InputException(file + " cannot be written: it is a directory");
    }
    return new CsvOutput(CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(file), columns);
  }

  /**
   * Sets a cell of the next row.
   *
   * @param column its index
   * @param text its text
   */
  public void set(int column, String text) {
    cells[column] = text;
  }

  /**
   * Sets a cell of the next row.
   *
   * @param column its index
   * @param value its number, written with every digit it needs
   */
  public void set(int column, double value) {
    cells[column] = Double.toString(value);
  }

  /**
   * Writes the row.
   *
   * @throws IOException if it cannot be written
   */
  public void endRow() throws IOException {
    try {
      writer.writeRecord(cells);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
