package io.otflow.codec.mapped;

import static io.otflow.codec.mapped.MappedRecords.csv;
import static io.otflow.codec.mapped.MappedRecords.decode;
import static io.otflow.codec.mapped.MappedRecords.features;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRecordsTest {

  @Test
  void cellsAreFoundByTheirColumns() throws Exception {
    FieldMapping mapping =
        new FieldMapping(
            List.of("load", "state"),
            "id",
            null,
            "at",
            List.of("site", "load"),
            Map.of("state", List.of("off", "on")));
    FeatureValues values =
        decode(
            csv(mapping, "id", "at", "state", "site", "load"),
            "e-1;2026-01-31 12:00:00;on;\"north; upper\";1.50\n");
    assertThat(values.features()).containsExactly(1.5f, 1);
    assertThat(values.id()).isEqualTo("e-1");
    assertThat(values.key()).isEqualTo("pump-7");
    assertThat(values.eventTimeMillis()).isEqualTo(1_769_860_800_000L);
    assertThat(values.carried()).isEqualTo(Map.of("site", "north; upper", "load", "1.50"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "1 # the row has 1 cells, expected the 2 columns a, b",
        "1;2;3 # the row has 3 cells, expected the 2 columns a, b",
        "1; # field 'b' is missing or null, expected a number",
        "1;x # field 'b' is 'x', expected a number",
        "1;0x1p3 # field 'b' is '0x1p3', expected a number",
        "1;NaN # field 'b' is 'NaN', expected a finite number"
      })
  void whatIsWrongIsNamed(String row, String message) {
    assertThatThrownBy(() -> decode(csv(features("a", "b"), "a", "b"), row.strip()))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void oneRecordIsOneRow() {
    InputFormat format = csv(features("a"), "a");
    assertThatThrownBy(() -> decode(format, "1\n2"))
        .hasMessage("the value has more than one row of CSV, expected one");
    assertThatThrownBy(
            () -> format.decoder().decode(new byte[] {(byte) 0xC3, 0x28}, MappedRecords.PLACE))
        .hasMessage("the value is no text in UTF-8");
    assertThatThrownBy(() -> csv(features("b"), "a").decoder())
        .hasMessage("there is no column 'b', only a");
  }
}
