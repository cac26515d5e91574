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
 * @param x rows × d, row-major, finite
 * @param rows number of rows, at least 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record CsvData(List<String> featureNames, List<String> leftOut, double[] x, int rows) {

  /**
   * Reads a file.
   *
   * @param file the file
   * @param selection which columns are features
   * @return its features
   * @throws InputException if the file is not as it should be; the message names the place
   * @throws IOException if it cannot be read
   */
  public static CsvData read(Path file, CsvSelection selection) throws IOException {
    try (CsvRows rows = CsvRows.open(file, selection)) {
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
      return new CsvData(rows.featureNames(), rows.leftOut(), Arrays.copyOf(x, count * d), count);
    }
  }
}
