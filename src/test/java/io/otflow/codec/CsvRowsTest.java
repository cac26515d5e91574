package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRowsTest {

  @TempDir private Path folder;

  @Test
  void numericColumnsAreFeaturesInTheOrderOfTheFile() throws IOException {
    CsvData data =
        CsvData.read(
            file("time,a,b,name\nmon,1,-2.5e3,u\ntue,.5,7,v\n"),
            CsvSelection.ALL,
            CsvFormat.DEFAULT);
    assertThat(data.featureNames()).containsExactly("a", "b");
    assertThat(data.leftOut()).containsExactly("time", "name");
    assertThat(data.rows()).isEqualTo(2);
    assertThat(data.x()).containsExactly(1, -2500, 0.5, 7);
  }

  @Test
  void semicolonsQuotesBlanksAndByteOrderMarkAreUnderstood() throws IOException {
    CsvData data =
        CsvData.read(
            file("\uFEFF\"a,b\"; c ;id\r\n\"1\"; 2 ;x\r\n\r\n3;4;y\r\n"),
            CsvSelection.of(null, "id"),
            CsvFormat.DEFAULT);
    assertThat(data.featureNames()).containsExactly("a,b", "c");
    assertThat(data.x()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void namedFeaturesComeInTheirOrderAndOthersAreCells() throws IOException {
    try (CsvRows rows =
        CsvRows.open(
            file("a,b,y\n1,2,0\n3,4,1.0\n"),
            CsvSelection.of(List.of("b", "a"), "y"),
            CsvFormat.DEFAULT)) {
      double[] x = new double[2];
      assertThat(rows.next()).isTrue();
      rows.features(x, 0);
      assertThat(x).containsExactly(2, 1);
      assertThat(rows.label("y")).isFalse();
      assertThat(rows.next()).isTrue();
      assertThat(rows.label("y")).isTrue();
      assertThat(rows.cell("y")).isEqualTo("1.0");
      assertThat(rows.binary("y")).isTrue();
      assertThat(rows.binary("a")).isFalse();
      assertThat(rows.next()).isFalse();
      assertThat(rows.rows()).isEqualTo(2);
    }
  }

  @Test
  void longFilesAreReadWhole() throws IOException {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int i = 0; i < 5000; i++) {
      text.append(i).append(',').append(-i).append('\n');
    }
    Path file = file(text.toString());
    CsvData data = CsvData.read(file, CsvSelection.ALL, CsvFormat.DEFAULT);
    assertThat(data.rows()).isEqualTo(5000);
    assertThat(data.x()).hasSize(10000).endsWith(4999, -4999);
    try (CsvRows rows = CsvRows.open(file, CsvSelection.ALL, CsvFormat.DEFAULT)) {
      double[] x = new double[6000];
      assertThat(rows.readBatch(x, 3000)).isEqualTo(3000);
      assertThat(rows.readBatch(x, 3000)).isEqualTo(2000);
      assertThat(rows.bytesRead()).isEqualTo(Files.size(file));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a,b/1,2/3,abc           | F.csv:3: column 'b' is 'abc', expected a number
          a,b/abc,2/3,4           | F.csv:2: column 'a' is 'abc', expected a number
          a,b/1,NaN               | F.csv:2: column 'b' is 'NaN', expected a number; --missing skip
          a,b/-inf,1              | F.csv:2: column 'a' is '-inf', expected a finite number
          a,b/1e999,1             | F.csv:2: column 'a' is '1e999', expected a finite number
          a,b/1,/3,4              | F.csv:2: column 'b' is empty, expected a number
          a,b/1,1f/3,4            | F.csv:2: column 'b' is '1f', expected a number
          a,b/1,0X1P3/3,4         | F.csv:2: column 'b' is '0X1P3', expected a number
          a,b/1,2/3,4,5           | F.csv:3: the row has 3 cells, expected 2 as in the header
          a,b/1,2/3               | F.csv:3: the row has 1 cells, expected 2 as in the header
          a,a/1,2                 | F.csv:1: two columns are named 'a' and hold different values
          0,a,0/0,1,0             | F.csv:1: the first row holds numbers (0), expected a header
          1,2/3,4                 | F.csv:1: the first row holds numbers only
          a,b                     | F.csv has a header row, but no rows below it
          ''                      | F.csv is empty
          a,b/u,v                 | F.csv has no column of numbers
          """)
  void troubleIsNamedWithItsPlace(String content, String message) throws IOException {
    Path file = file(content.replace('/', '\n'));
    assertThatThrownBy(() -> CsvData.read(file, CsvSelection.ALL, CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void unknownColumnsAndFilesAreNamed() throws IOException {
    Path file = file("a,b\n1,2\n");
    assertThatThrownBy(
            () -> CsvRows.open(file, CsvSelection.of(List.of("a", "c")), CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("F.csv:1: there is no column 'c', only a, b");
    assertThatThrownBy(() -> CsvRows.open(file, CsvSelection.of(null, "label"), CsvFormat.DEFAULT))
        .hasMessageContaining("there is no column 'label'");
    assertThatThrownBy(
            () -> CsvRows.open(file, CsvSelection.of(List.of("a"), "a"), CsvFormat.DEFAULT))
        .hasMessageContaining("cannot be a feature and a label");
    assertThatThrownBy(
            () -> CsvRows.open(file, CsvSelection.of(List.of("a", "a")), CsvFormat.DEFAULT))
        .hasMessageContaining("named twice");
    assertThatThrownBy(
            () -> CsvRows.open(folder.resolve("none.csv"), CsvSelection.ALL, CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none.csv: there is no such file");
    assertThatThrownBy(() -> CsvRows.open(folder, CsvSelection.ALL, CsvFormat.DEFAULT))
        .hasMessageContaining("is a directory");
  }

  @Test
  void labelsAreZeroOrOne() throws IOException {
    try (CsvRows rows =
        CsvRows.open(file("a,y\n1,2\n"), CsvSelection.of(null, "y"), CsvFormat.DEFAULT)) {
      assertThat(rows.next()).isTrue();
      assertThatThrownBy(() -> rows.label("y"))
          .hasMessageContaining("F.csv:2: column 'y' is '2', expected 0 or 1");
    }
  }

  @Test
  void numbersComeBackExactly() throws IOException {
    double[] values = {Math.PI, 1e-300, -0.1, Double.MIN_VALUE, Double.MAX_VALUE};
    Path file = folder.resolve("out.csv");
    try (CsvOutput out = CsvOutput.create(file, List.of("v", "t"))) {
      for (double value : values) {
        out.set(0, value);
        out.set(1, "a \"b\", c");
        out.endRow();
      }
      assertThat(file).doesNotExist();
      out.complete();
    }
    CsvData data = CsvData.read(file, CsvSelection.ALL, CsvFormat.DEFAULT);
    assertThat(data.x()).containsExactly(values);
    assertThat(data.leftOut()).containsExactly("t");
    try (CsvOutput out = CsvOutput.create(file, List.of("given up"))) {
      out.set(0, 1);
      out.endRow();
    }
    assertThat(Files.readString(file)).startsWith("v,t");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("F.csv"), text);
  }
}
