package io.otflow.codec.mapped;

import static io.otflow.codec.mapped.MappedRecords.decode;
import static io.otflow.codec.mapped.MappedRecords.features;
import static io.otflow.codec.mapped.MappedRecords.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.InputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRecordsTest {

  private static final FieldMapping ALL =
      new FieldMapping(
          List.of("engine.temperature", "on", "loads.1", "state", "a\\.b"),
          "event",
          "machine.name",
          "at",
          List.of("machine.site", "loads.0", "none"),
          Map.of("state", List.of("off", "idle", "busy")));

  @Test
  void fieldsAreFoundByTheirPaths() throws Exception {
    FeatureValues values =
        decode(
            json(ALL),
            """
            {"at": "2026-01-31T12:00:00Z", "event": 17, "machine": {"name": "pump", "site": "north"},
             "engine": {"temperature": 81.5}, "on": true, "loads": [0.25, 3], "state": "busy", "a.b": -4}
            """);
    assertThat(values.features()).containsExactly(81.5f, 1, 3, 2, -4);
    assertThat(values.id()).isEqualTo("17");
    assertThat(values.key()).isEqualTo("pump");
    assertThat(values.eventTimeMillis()).isEqualTo(1_769_860_800_000L);
    assertThat(values.carried()).isEqualTo(Map.of("machine.site", "north", "loads.0", "0.25"));
  }

  @Test
  void whatIsNotMappedComesFromTheRecord() throws Exception {
    FeatureValues values = decode(json(features("x")), "{\"x\": 1e-3}");
    assertThat(values.id()).isEqualTo("readings-1-42");
    assertThat(values.key()).isEqualTo("pump-7");
    assertThat(values.eventTimeMillis()).isEqualTo(1000);
    assertThat(values.features()).containsExactly(1e-3);
    assertThat(values.carried()).isEmpty();
    RecordPlace binary = new RecordPlace("t", 0, 0, 5, new byte[] {(byte) 0xC3, 0x28}, null);
    assertThat(json(features("x")).decoder().decode("{\"x\":1}".getBytes(UTF_8), binary).key())
        .isNull();
  }

  @Test
  void anIdOfARegistryMayStandBefore() throws Exception {
    RecordPlace place = new RecordPlace("t", 0, 0, 5, null, null);
    byte[] framed = "12345 {\"x\": 2.5}".getBytes(UTF_8);
    System.arraycopy(new byte[] {0, 0, 0, 0, 7}, 0, framed, 0, 5);
    assertThat(json(features("x")).decoder().decode(framed, place).features()).containsExactly(2.5);
    framed[7] = ' ';
    assertThatThrownBy(() -> json(features("x")).decoder().decode(framed, place))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("the value is no JSON object: ")
        .hasMessageNotContaining("--input-format");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{\"y\": 1} # field 'x' is missing or null, expected a number",
        "{\"x\": null} # field 'x' is missing or null, expected a number",
        "{\"x\": \"7\"} # field 'x' is '7', expected a number; --quoted-numbers takes those in quotes",
        "{\"x\": [1]} # field 'x' is a list, expected a number",
        "{\"x\": {\"y\": 1}} # field 'x' is a record, expected a number",
        "{\"x\": \"on\"} # field 'x' is 'on', expected a number; --categories gives texts their numbers",
        "{\"x\": NaN} # the value is no JSON object: field 'x' is 'NaN', expected a value of JSON",
        "{\"x\": nan, \"y\": 2} # the value is no JSON object: field 'x' is 'nan', expected a value of JSON",
        "{\"x\": 1 y} # the value is no JSON object: at byte 8 stands 'y'",
        "{\"x\": 1e400} # field 'x' is Infinity, expected a finite number",
        "{\"x\": 1, \"x\": 2} # the value is no JSON object: field 'x' stands twice",
        "{\"x\": 1} {\"x\": 2} # the value is no JSON object: '{\"x\":' stands behind the object",
        "{\"x\": 1 # the value is no JSON object: it ends within the object",
        "[1, 2] # the value is no JSON object: it is a list, expected an object",
        "null # the value is JSON's null, expected an object",
        "'' # the value is empty"
      })
  void whatIsWrongIsNamed(String text, String message) {
    assertThatThrownBy(() -> decode(json(features("x")), text.strip()))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aTimeACategoryAndANameAreChecked() {
    FieldMapping mapping =
        new FieldMapping(
            List.of("s"), "id", null, "t", List.of(), Map.of("s", List.of("off", "on")));
    assertThatThrownBy(() -> decode(json(mapping), "{\"s\":\"of\",\"id\":1,\"t\":1}"))
        .hasMessage("field 's' is 'of', expected one of off, on");
    assertThatThrownBy(() -> decode(json(mapping), "{\"s\":\"on\",\"id\":1,\"t\":\"soon\"}"))
        .hasMessageStartingWith("field 't' is 'soon', expected a time");
    assertThatThrownBy(() -> decode(json(mapping), "{\"s\":\"on\",\"id\":1,\"t\":true}"))
        .hasMessageStartingWith("field 't' is true, expected a time");
    assertThatThrownBy(() -> decode(json(mapping), "{\"s\":\"on\",\"t\":1}"))
        .hasMessage("field 'id' is missing or null, expected the event's name");
    assertThatThrownBy(() -> json(mapping).decoder().decode(null, MappedRecords.PLACE))
        .hasMessageContaining("tombstone");
  }

  @Test
  void aModelOfAnotherOrderOrNumberIsRefused() {
    InputFormat format = json(features("a", "b.c"));
    format.requireFits(List.of("a", "b.c"));
    format.requireFits(List.of("f0", "f1"));
    InputFormat.FEATURE_VECTORS.requireFits(List.of("a", "b", "c"));
    assertThatThrownBy(() -> format.requireFits(List.of("b.c", "a")))
        .hasMessage("--features has the order a, b.c, the model's features have b.c, a");
    assertThatThrownBy(() -> format.requireFits(List.of("a")))
        .hasMessage("--features names 2 fields, the model has the 1 features a");
  }

  @Test
  void aMappingThatCannotBeIsRefused() {
    assertThatThrownBy(() -> features()).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> features("a", "b", "a")).hasMessage("feature 'a' is named twice");
    assertThatThrownBy(() -> features("a..b"))
        .hasMessage("'a..b' is no path of fields, expected one such as a.b");
    assertThatThrownBy(
            () ->
                new FieldMapping(
                    List.of("a"), null, null, null, List.of(), Map.of("b", List.of("x"))))
        .hasMessage("categories are given for 'b', which is no feature; features are a");
  }
}
