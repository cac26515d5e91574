package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private CsvFormat skipping(String... missing) {
    return new CsvFormat(StandardCharsets.UTF_8, Set.of(missing), true, Map.of(), null);
  }

  @Test
  void columnsWithoutANameOrOfTheSameNameMatterOnlyIfTaken() throws IOException {
    CsvData index =
        CsvData.read(file(",a,b,\n0,1,2,\n1,3,4,\n"), CsvSelection.ALL, CsvFormat.DEFAULT);
    assertThat(index.featureNames()).containsExactly("a", "b");
    assertThat(index.x()).containsExactly(1, 2, 3, 4);
    CsvData same = CsvData.read(file("a,n,n\n1,5,5\n2,6,6\n"), CsvSelection.ALL, CsvFormat.DEFAULT);
    assertThat(same.featureNames()).containsExactly("a", "n");
    Path differing = file("a,n,n\n1,5,7\n");
    assertThatThrownBy(() -> CsvData.read(differing, CsvSelection.ALL, CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("two columns are named 'n'");
    assertThat(CsvData.read(differing, CsvSelection.of(List.of("a")), CsvFormat.DEFAULT).x())
        .containsExactly(1);
  }

  @Test
  void cellsBehindTheHeaderAreLeftOutIfTheyAreEmpty() throws IOException {
    assertThat(CsvData.read(file("a;b\n1;2;;\n3;4\n"), CsvSelection.ALL, CsvFormat.DEFAULT).x())
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void aCommaIsADecimalMarkWhereItSeparatesNothing() throws IOException {
    for (String separator : List.of(";", "\t", "|")) {
      String text = "a;b\n1,5;-2,25e1\n1.234,5;7\n3;0,5\n".replace(";", separator);
      assertThat(CsvData.read(file(text), CsvSelection.ALL, CsvFormat.DEFAULT).x())
          .containsExactly(1.5, -22.5, 1234.5, 7, 3, 0.5);
    }
  }

  @Test
  void aColumnThatOnlyLooksLikeNumbersIsNotDroppedUnseen() throws IOException {
    for (String cell : List.of("12 %", "\"1,234.5\"", "$3", "3.5kW", "1 234")) {
      Path file = file("a,b\n1," + cell + "\n2," + cell + "\n");
      assertThatThrownBy(() -> CsvData.read(file, CsvSelection.ALL, CsvFormat.DEFAULT))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("column 'b' looks like numbers that cannot be read, such as '");
      assertThat(
              CsvData.read(file, CsvSelection.of(List.of("a")), CsvFormat.DEFAULT).featureNames())
          .containsExactly("a");
    }
    for (String cell : List.of("2026-01-31", "01.03.2021", "10.0.0.1", "12:30", "r2d2")) {
      assertThat(
              CsvData.read(file("a,b\n1," + cell + "\n"), CsvSelection.ALL, CsvFormat.DEFAULT)
                  .leftOut())
          .containsExactly("b");
    }
  }

  @Test
  void rowsThatLackAFeatureAreLeftOutAndCounted() throws IOException {
    Path file = file("a,b,c\n-,2,\n1,NA,x\n3,4,y\n-9999.0,5,\n6,7,z\n");
    assertThatThrownBy(() -> CsvData.read(file, CsvSelection.ALL, CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("F.csv:2: column 'a' is '-', expected a number; --missing skip");
    CsvData data = CsvData.read(file, CsvSelection.ALL, skipping("-9999"));
    assertThat(data.x()).containsExactly(3, 4, 6, 7);
    assertThat(data.missing().count()).isEqualTo(3);
    assertThat(data.missing().places().get(1)).endsWith("F.csv:3: column 'b' is 'NA'");
    assertThat(data.missing().places().get(2)).endsWith("F.csv:5: column 'a' is '-9999.0'");
    Path none = file("a\n-\n-\n");
    assertThatThrownBy(() -> CsvData.read(none, CsvSelection.ALL, skipping()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no row with all features");
  }

  @Test
  void anotherEncodingIsNamedOrAskedFor() throws IOException {
    String text = "Stückzahl;ä\n1;2\n";
    for (Charset charset :
        List.of(
            StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      boolean marked = charset != StandardCharsets.ISO_8859_1;
      Path file = folder.resolve(charset + ".csv");
      Files.write(file, ((marked ? "\uFEFF" : "") + text).getBytes(charset));
      CsvFormat format =
          new CsvFormat(marked ? StandardCharsets.UTF_8 : charset, Set.of(), false, Map.of(), null);
      assertThat(CsvData.read(file, CsvSelection.ALL, format).featureNames())
          .containsExactly("Stückzahl", "ä");
    }
    assertThatThrownBy(
            () ->
                CsvData.read(folder.resolve("ISO-8859-1.csv"), CsvSelection.ALL, CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not text in UTF-8: name its encoding with --encoding");
  }

  @Test
  void separatorsAreLookedForInTheTextAndNotInItsBytes() throws IOException {
    Path wide = folder.resolve("wide.csv");
    Files.write(
        wide, "\uFEFFMěření č.\tżar;\tTeplota\n1\t2\t3,5\n".getBytes(StandardCharsets.UTF_16LE));
    CsvData data = CsvData.read(wide, CsvSelection.ALL, CsvFormat.DEFAULT);
    assertThat(data.featureNames()).containsExactly("Měření č.", "żar;", "Teplota");
    assertThat(data.x()).containsExactly(1, 2, 3.5);
    Path japanese = folder.resolve("sjis.csv");
    Charset charset = Charset.forName("Shift_JIS");
    Files.write(japanese, "ポート,ポンプ\n1,2\n".getBytes(charset));
    CsvFormat format = new CsvFormat(charset, Set.of(), false, Map.of(), null);
    assertThat(CsvData.read(japanese, CsvSelection.ALL, format).featureNames())
        .containsExactly("ポート", "ポンプ");
  }

  @Test
  void aCategoryMayBeAWordThatElseStandsForNothing() throws IOException {
    CsvFormat format =
        new CsvFormat(
            StandardCharsets.UTF_8,
            Set.of("-9999"),
            true,
            Map.of("s", List.of("none", "some")),
            null);
    CsvData data =
        CsvData.read(file("s,a\nnone,1\nsome,2\nnone,-9999\nNA,3\n"), CsvSelection.ALL, format);
    assertThat(data.x()).containsExactly(0, 1, 1, 2);
    assertThat(data.missing().count()).isEqualTo(2);
  }

  @Test
  void columnsOfOneNameThatDifferLateAreRefusedWhereTheyDo() throws IOException {
    StringBuilder text = new StringBuilder("a,a,b\n");
    for (int i = 0; i < 200; i++) {
      text.append(i).append(',').append(i == 150 ? -1 : i).append(",1\n");
    }
    Path file = file(text.toString());
    assertThat(CsvData.read(file, CsvSelection.of(List.of("b")), CsvFormat.DEFAULT).rows())
        .isEqualTo(200);
    assertThatThrownBy(() -> CsvData.read(file, CsvSelection.of(List.of("a")), CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("F.csv:152: two columns are named 'a' and hold different values");
  }

  @Test
  void marksThatMayPartThousandsAreNotGuessedAt() throws IOException {
    Path file = file("a\tb\n950\t1\n1,234\t2\n");
    assertThatThrownBy(() -> CsvData.read(file, CsvSelection.ALL, CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("column 'a' looks like numbers that cannot be read, such as '1,234'");
    Path late = file("a;b\n" + "950;1,5\n".repeat(150) + "1,234;1.050\n");
    assertThat(CsvData.read(late, CsvSelection.of(List.of("b")), CsvFormat.DEFAULT).x())
        .endsWith(1.5, 1050);
    assertThatThrownBy(() -> CsvData.read(late, CsvSelection.ALL, CsvFormat.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("F.csv:152: column 'a' is '1,234', expected a");
  }

  @ParameterizedTest
  @CsvSource({
    "True,,true",
    "false,,false",
    "1,,true",
    "0,,false",
    "-1,-1,true",
    "1,-1,false",
    "attack,attack,true",
    "normal,attack,false",
    "1.0,1,true"
  })
  void labelsOfOtherKinds(String cell, String anomalyValue, boolean anomaly) throws IOException {
    CsvFormat format =
        new CsvFormat(StandardCharsets.UTF_8, Set.of(), false, Map.of(), anomalyValue);
    try (CsvRows rows =
        CsvRows.open(file("a,label\n1," + cell + "\n"), CsvSelection.of(null, "label"), format)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.label("label")).isEqualTo(anomaly);
    }
  }

  @Test
  void textsOfAFeatureCountAsTheirCategories() throws IOException {
    CsvFormat format =
        new CsvFormat(
            StandardCharsets.UTF_8, Set.of(), false, Map.of("s", List.of("off", "on")), null);
    Path file = file("s,a\non,1\noff,2\n");
    CsvData data = CsvData.read(file, CsvSelection.ALL, format);
    assertThat(data.featureNames()).containsExactly("s", "a");
    assertThat(data.x()).containsExactly(1, 1, 0, 2);
    Path unknown = file("s,a\noff,1\nidle,2\n");
    assertThatThrownBy(() -> CsvData.read(unknown, CsvSelection.ALL, format))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("F.csv:3: column 's' is 'idle', expected one of off, on");
    CsvFormat other =
        new CsvFormat(StandardCharsets.UTF_8, Set.of(), false, Map.of("t", List.of("x")), null);
    assertThatThrownBy(() -> CsvData.read(file, CsvSelection.ALL, other))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no column 't'");
  }
}
