package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a comma and a point are in a column whose cells are not apart by commas. */
class DecimalMarkTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          79,841 5,057        | 1.234,5  | 1234.5
          79,841 5,057        | 1.050    | 1050
          79,8 950            | 1.050    | 1050
          79,8 950            | 1.05     | NaN
          1.5 2               | 3.25     | 3.25
          1.5 2               | 3,25     | NaN
          20 21               | 3,25     | 3.25
          20 21               | 1.050    | 1.05
          20 21               | 1,050    | NaN
          20 21               | -7       | -7
          ,5 -,25             | 1e3      | 1000
          """)
  void theFirstCellsTell(String column, String cell, double number) {
    DecimalMark mark = DecimalMark.of(List.of(column.split(" ")));
    assertThat(mark.unclear()).isFalse();
    assertThat(mark.number(cell)).isEqualTo(Double.valueOf(number));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      950 1,234
      1,234.5 950
      1,5 2.25
      """)
  void nothingIsGuessed(String column) {
    assertThat(DecimalMark.of(List.of(column.split(" "))).unclear()).isTrue();
  }

  @Test
  void theFirstNumberWithAMarkDecidesWhereNoneWasThere() {
    DecimalMark mark = DecimalMark.of(List.of("20", "21"));
    assertThat(mark.number("20,5")).isEqualTo(20.5);
    assertThat(mark.number("20.5")).isNaN();
    assertThat(DecimalMark.point().number("1,5")).isNaN();
  }
}
