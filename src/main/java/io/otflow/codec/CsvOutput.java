package io.otflow.codec;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a CSV file with commas; numbers are written so that reading gives the same double. The
 * file appears whole, when {@link #complete} is called, or not at all.
 */
public final class CsvOutput implements Closeable {

  private final CsvWriter writer;
  private final String[] cells;
  private final Path file;
  private final Path part;
  private boolean closed;

  private CsvOutput(Path file, Path part, CsvWriter writer, List<String> columns) {
    this.file = file;
    this.part = part;
    this.writer = writer;
    this.cells = new String[columns.size()];
    writer.writeRecord(columns);
  }

  /**
   * Starts a file and writes the header row.
   *
   * @param file the file
   * @param columns the columns' names
   * @return the open file
   * @throws IOException if it cannot be written
   */
  public static CsvOutput create(Path file, List<String> columns) throws IOException {
    ModelFiles.requireWritable(file);
    Path part = ModelFiles.part(file);
    return new CsvOutput(
        file, part, CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(part), columns);
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
   * Writes the row; cells that were not set are empty.
   *
   * @throws IOException if it cannot be written
   */
  public void endRow() throws IOException {
    try {
      writer.writeRecord(cells);
      Arrays.fill(cells, null);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Ends the file and puts it in its place.
   *
   * @throws IOException if it cannot be written
   */
  public void complete() throws IOException {
    closed = true;
    writer.close();
    if (!part.equals(file)) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Gives up, unless the file is complete: nothing is left of it. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      writer.close();
      if (!part.equals(file)) {
        Files.deleteIfExists(part);
      }
    }
  }
}
