package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.FeatureVector;
import io.otflow.testing.Fuzz;
import io.otflow.testing.Mutations;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FeatureVectorDecoderFuzzTest {

  /**
   * A refusal is two exceptions with their stack traces where a value is tried in two forms. Text
   * that is not ASCII is decoded into one, then two bytes a byte and cut to length; where it is not
   * UTF-8 it is decoded again to know; all that twice, for the two forms.
   */
  private static final Fuzz FUZZ =
      new Fuzz("FeatureVectorDecoder", DecodeException.class, 16 << 10, 16);

  @Test
  void valuesDecodeOrAreRefused() {
    List<byte[]> valid = new ArrayList<>();
    for (FeatureVector vector : vectors()) {
      byte[] single = SingleObject.encode(vector);
      byte[] body = Arrays.copyOfRange(single, SingleObject.HEADER_LENGTH, single.length);
      valid.add(single);
      valid.add(body);
      valid.add(ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(7).put(body).array());
    }
    FUZZ.run(
        1,
        20260601,
        new Mutations(valid),
        FeatureVectorDecoder::decode,
        FeatureVectorDecoderFuzzTest::comesBack);
  }

  @AfterAll
  static void report() {
    FUZZ.report();
  }

  private static List<FeatureVector> vectors() {
    List<Double> many = new ArrayList<>();
    for (int k = 0; k < 43; k++) {
      many.add(k / 7.0);
    }
    return List.of(
        new FeatureVector("id-é-€", "key", Instant.ofEpochMilli(-7), List.of(1.5, -2.0, 1e-300)),
        new FeatureVector("", null, Instant.EPOCH, List.of()),
        new FeatureVector("€".repeat(1000), "é".repeat(1000), Instant.EPOCH, many),
        new FeatureVector("event 4711", null, Instant.ofEpochMilli(1_700_000_000_000L), many));
  }

  private static void comesBack(FeatureValues values) throws DecodeException {
    byte[] bytes = encode(values);
    assertThat(encode(FeatureVectorDecoder.decode(bytes))).isEqualTo(bytes);
  }

  private static byte[] encode(FeatureValues values) {
    List<Double> features = new ArrayList<>();
    for (double feature : values.features()) {
      features.add(feature);
    }
    return SingleObject.encode(
        new FeatureVector(
            values.id(), values.key(), Instant.ofEpochMilli(values.eventTimeMillis()), features));
  }
}
