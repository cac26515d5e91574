package io.otflow.codec.mapped;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.WireForm;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Records that are JSON objects, alone or behind the id of a registry's schema, which is not looked
 * up. A field that is named twice is refused, as is text behind the object.
 */
final class JsonRecords implements RecordDecoder {

  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerForMapOf(Object.class);

  private final FieldReader fields;

  JsonRecords(FieldMapping mapping, ValueSyntax syntax) {
    fields =
        new FieldReader(mapping, syntax.timeUnitOr(TimeUnit.MILLISECONDS), syntax.quotedNumbers());
  }

  @Override
  public FeatureValues decode(byte[] value, RecordPlace place) throws DecodeException {
    Values.requirePresent(value);
    boolean registered = WireForm.of(value) == WireForm.REGISTERED_JSON;
    byte[] json =
        registered ? Arrays.copyOfRange(value, WireForm.REGISTRY_BYTES, value.length) : value;
    return fields.read(parse(json), place);
  }

  private static Map<String, Object> parse(byte[] value) throws DecodeException {
    Map<String, Object> record;
    try {
      record = READER.readValue(value);
    } catch (JsonProcessingException e) {
      String remark = WireForm.remark(value, WireForm.JSON);
      throw new DecodeException(
          "the value is no JSON object"
              + (remark.isEmpty() ? ": " + JsonTrouble.of(value, e) : remark),
          e);
    } catch (IOException e) {
      throw new DecodeException(
          "the value is no JSON object"
              + (WireForm.of(value) == WireForm.JSON
                  ? ": it is no text in UTF-8"
                  : WireForm.remark(value, WireForm.JSON)),
          e);
    }
    if (record == null) {
      throw new DecodeException("the value is JSON's null, expected an object");
    }
    return record;
  }
}
