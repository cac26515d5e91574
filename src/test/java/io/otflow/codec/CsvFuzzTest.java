package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.testing.Fuzz;
import io.otflow.testing.Mutations;
import io.otflow.testing.ReusedFile;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFuzzTest {

  /**
   * The constant is the reader's buffers. A cell takes two bytes of the file or more, and costs a
   * string and its place in the row; a column's name costs its places in the header's maps.
   */
  private static final Fuzz FUZZ = new Fuzz("CsvData", InputException.class, 512 << 10, 256);

  private static final String TEXT =
      """
      x0,"x 1",label,id
      1.5,-2e3,0,a
      ,0.25,1,"b ""quoted""
      over lines"
      3,4,0,ü
      """;

  private static final List<byte[]> FILES =
      List.of(
          TEXT.replace("\n,", "\n7,").getBytes(StandardCharsets.UTF_8),
          TEXT.getBytes(StandardCharsets.UTF_8),
          "a;b;c\r\n1;2;3\r\n4;5;nan\r\n".getBytes(StandardCharsets.UTF_8),
          "a,b\n1,2\n".getBytes(StandardCharsets.ISO_8859_1),
          ("\uFEFFa,b\n1,2\n" + "3,4\n".repeat(200)).getBytes(StandardCharsets.UTF_8),
          "\uFEFFa,b\n1,2\n3,4\n".getBytes(StandardCharsets.UTF_16LE),
          "\uFEFFa,b\n1,2\n3,4\n".getBytes(StandardCharsets.UTF_16BE),
          "\uFEFFa,b\n1,2\n3,4\n".getBytes(Charset.forName("UTF-32LE")));

  private static final String[] WORDS = {
    "\"", "\"\"", ",", ";", "\n", "\r", "\r\n", "\0", "\uFEFF", " ", "\t", "\u00A0", "\u2028",
    "nan", "inf", "-Infinity", "1e999", "1e-999", "0x1p3", "0X1P3", "1f", "+", "-", ".", "1.", ".5",
    "1_000", "१२", "１", "\uFFFF", "x0", "label", "1,1,1,1,", "a,b,c,d,", "1\n1\n1\n", "\n\n\n\n"
  };

  private static ReusedFile file;

  @Test
  void filesAreReadOrRefused() {
    FUZZ.run(
        0.7,
        20260611,
        new Mutations(FILES, WORDS),
        bytes -> CsvData.read(file.holding(bytes), CsvSelection.ALL, CsvFormat.DEFAULT),
        CsvFuzzTest::isWhole);
  }

  @Test
  void namedColumnsAreReadOrRefused() {
    FUZZ.run(
        0.3,
        20260612,
        new Mutations(FILES.subList(0, 2), WORDS),
        bytes ->
            CsvData.read(
                file.holding(bytes),
                CsvSelection.of(List.of("x0", "x 1"), "label", "id"),
                CsvFormat.DEFAULT),
        CsvFuzzTest::isWhole);
  }

  @Test
  void wideFilesAreRead() {
    String names = IntStream.range(0, 2000).mapToObj(k -> "c" + k).collect(Collectors.joining(","));
    byte[] bytes = (names + "\n" + "1,".repeat(1999) + "1\n").getBytes(StandardCharsets.UTF_8);
    FUZZ.run(
        "a wide file",
        bytes,
        wide -> CsvData.read(file.holding(wide), CsvSelection.ALL, CsvFormat.DEFAULT),
        data -> assertThat(data.x()).hasSize(2000).containsOnly(1));
  }

  @BeforeAll
  static void open(@TempDir Path folder) throws IOException {
    file = new ReusedFile(folder.resolve("data.csv"));
  }

  @AfterAll
  static void report() throws IOException {
    file.close();
    FUZZ.report();
  }

  /** Its numbers are finite, and come back from a file that has nothing else. */
  private static void isWhole(CsvData data) throws IOException {
    int d = data.featureNames().size();
    assertThat(data.x()).hasSize(data.rows() * d);
    List<String> names = IntStream.range(0, d).mapToObj(k -> "c" + k).toList();
    StringBuilder text = new StringBuilder(String.join(",", names));
    for (int i = 0; i < data.x().length; i++) {
      assertThat(Double.isFinite(data.x()[i])).isTrue();
      text.append(i % d == 0 ? '\n' : ',').append(data.x()[i]);
    }
    byte[] bytes = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    assertThat(CsvData.read(file.holding(bytes), CsvSelection.ALL, CsvFormat.DEFAULT).x())
        .isEqualTo(data.x());
  }
}
