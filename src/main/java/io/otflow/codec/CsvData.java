package io.otflow.codec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The features of a whole CSV file in memory.
 *
 * @param featureNames the d features, in order
 * @param leftOut columns that are not features because they hold text
 * @param binary features that hold only 0 and 1 in the first rows
 * @param missing rows that were left out
 * @param x rows × d, row-major, finite
 * @param rows number of rows, at least 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record CsvData(
    List<String> featureNames,
    List<String> leftOut,
    List<String> binary,
    MissingRows missing,
    double[] x,
    int rows) {

  /**
   * Reads a file.
   *
   * @param file the file
   * @param selection which columns are features
   * @param format how its cells are read
   * @return its features
   * @throws InputException if the file is not as it should be; the message names the place
   * @throws IOException if it cannot be read
   */
  public static CsvData read(Path file, CsvSelection selection, CsvFormat format)
      throws IOException {
    try (CsvRows rows = CsvRows.open(file, selection, format)) {
      int d = rows.d();
      double[] x = new double[Math.max(d, 1024)];
      int count = 0;
      while (rows.next()) {
        if ((count + 1L) * d > x.length) {
          long longer = Math.min(2L * x.length, Integer.MAX_VALUE - 8L);
          if (longer < (count + 1L) * d) {
            throw new InputException(
                file
                    + " has more than "
                    + count
                    + " rows of "
                    + d
                    + " features, which is the most"
                    + " that fits into one array");
          }
          x = Arrays.copyOf(x, (int) longer);
        }
        rows.features(x, count * d);
        count++;
      }
      if (count == 0) {
        throw new InputException(
            file + " has no row with all features; " + rows.missing().places().get(0));
      }
      return new CsvData(
          rows.featureNames(),
          rows.leftOut(),
          rows.featureNames().stream().filter(rows::binary).toList(),
          rows.missing(),
          Arrays.copyOf(x, count * d),
          count);
    }
  }
}
