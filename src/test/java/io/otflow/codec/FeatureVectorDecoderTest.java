package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.otflow.avro.DeadLetter;
import io.otflow.avro.FeatureVector;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.junit.jupiter.api.Test;

class FeatureVectorDecoderTest {

  private static final FeatureVector EVENT =
      new FeatureVector("id-é", "key", Instant.ofEpochMilli(-7), List.of(1.5, -2.0, 1e-300));
  private static final byte[] SINGLE = SingleObject.encode(EVENT);
  private static final byte[] BODY = Arrays.copyOfRange(SINGLE, 10, SINGLE.length);

  @Test
  void allThreeFormsDecode() throws Exception {
    assertThat(decode(SINGLE)).isEqualTo(EVENT);
    assertThat(decode(BODY)).isEqualTo(EVENT);
    assertThat(decode(registry(0x00C30102, BODY))).isEqualTo(EVENT);
  }

  @Test
  void avroReadsWhatWeWriteAndItsHeaderIsStandard() throws Exception {
    BinaryMessageDecoder<FeatureVector> avro = FeatureVector.getDecoder();
    assertThat(avro.decode(SINGLE)).isEqualTo(EVENT);
    ByteBuffer theirs = FeatureVector.getEncoder().encode(EVENT);
    assertThat(ByteBuffer.wrap(SINGLE)).isEqualTo(theirs);
    assertThat(SingleObject.encode(decode(SINGLE))).isEqualTo(SINGLE);
  }

  @Test
  void emptyIdIsReadAsRegistryFirstThenAsPlain() throws Exception {
    FeatureVector anonymous = new FeatureVector("", null, Instant.EPOCH, List.of(3.0));
    byte[] single = SingleObject.encode(anonymous);
    byte[] plain = Arrays.copyOfRange(single, 10, single.length);
    assertThat(plain[0]).isZero();
    assertThat(decode(plain)).isEqualTo(anonymous);
    assertThat(decode(registry(1, plain))).isEqualTo(anonymous);
  }

  @Test
  void arraysInBlocksDecode() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().blockingBinaryEncoder(out, null);
    encoder.writeString("a");
    encoder.writeIndex(0);
    encoder.writeLong(5);
    encoder.writeArrayStart();
    encoder.setItemCount(100);
    for (int i = 0; i < 100; i++) {
      encoder.startItem();
      encoder.writeFloat(i);
    }
    encoder.writeArrayEnd();
    encoder.flush();
    assertThat(decode(out.toByteArray()).getFeatures()).hasSize(100).endsWith(99.0);
  }

  @Test
  void manyShortBlocksDecode() throws Exception {
    ByteBuffer body = ByteBuffer.allocate(5005).order(ByteOrder.LITTLE_ENDIAN);
    body.put(new byte[] {2, 'a', 0, 10});
    for (int k = 0; k < 1000; k++) {
      body.put((byte) 2).putFloat(k);
    }
    body.put((byte) 0);
    assertThat(FeatureVectorDecoder.decode(body.array()).features())
        .hasSize(1000)
        .startsWith(0, 1, 2)
        .endsWith(998, 999);
  }

  /** Features of 32 bits, as producers of before wrote them, in each form. */
  @Test
  void featuresOf32BitsDecode() throws Exception {
    Schema floats =
        new Schema.Parser()
            .parse(FeatureVectorDecoderTest.class.getResourceAsStream("feature_vector-1.avsc"));
    for (int d = 0; d < 40; d++) {
      List<Float> features = new ArrayList<>();
      for (int k = 0; k < d; k++) {
        features.add(k / 3f);
      }
      GenericRecord record = new GenericData.Record(floats);
      record.put("id", "a");
      record.put("eventTime", 5L);
      record.put("features", features);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(floats).write(record, encoder);
      byte[] body = out.toByteArray();
      FeatureVector expected =
          new FeatureVector(
              "a",
              null,
              Instant.ofEpochMilli(5),
              features.stream().map(Float::doubleValue).toList());
      assertThat(decode(body)).isEqualTo(expected);
      assertThat(decode(registry(1, body))).isEqualTo(expected);
      byte[] single = new byte[10 + body.length];
      single[0] = (byte) 0xC3;
      single[1] = 1;
      ByteBuffer.wrap(single)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(2, SchemaNormalization.parsingFingerprint64(floats))
          .put(10, body);
      assertThat(decode(single)).isEqualTo(expected);
      assertThat(SingleObject.decode(single, FeatureVector.class)).isEqualTo(expected);
    }
  }

  @Test
  void whatAvroWritesDecodesToTheSame() throws Exception {
    Random random = new Random(20260202);
    for (int i = 0; i < 2000; i++) {
      List<Double> features = new ArrayList<>();
      for (int k = random.nextInt(70); k > 0; k--) {
        features.add(Double.longBitsToDouble(random.nextLong()));
      }
      FeatureVector vector =
          new FeatureVector(
              "id €" + "x".repeat(random.nextInt(90)),
              random.nextBoolean() ? null : "schlüssel",
              Instant.ofEpochMilli(random.nextLong() >> random.nextInt(64)),
              features);
      assertThat(decode(SingleObject.encode(vector))).isEqualTo(vector);
    }
  }

  @Test
  void reasonsNameTheTrouble() {
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(null)).hasMessageContaining("tombstone");
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(new byte[0]))
        .hasMessageContaining("empty");
    byte[] unknown = SINGLE.clone();
    unknown[2] ^= 1;
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(unknown))
        .isInstanceOf(DecodeException.class)
        .hasMessageMatching("schema fingerprint [0-9a-f]{16} is unknown, expected FeatureVector.*");
    byte[] other =
        SingleObject.encode(new DeadLetter("t", 0, 1L, Instant.EPOCH, "because", null, null));
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(other))
        .hasMessageContaining("fingerprint");
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(Arrays.copyOf(SINGLE, SINGLE.length + 2)))
        .hasMessageContaining("2 more bytes follow");
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(new byte[] {(byte) 0xC3, 1, 5}))
        .hasMessageContaining("fingerprint");
  }

  @Test
  void hugeCountsAreRefusedBeforeAllocation() {
    byte[] claims = {2, 'a', 0, 0, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0, 0};
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(claims))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("features claims 2147483647 values");
    byte[] longId = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 'a'};
    assertThatThrownBy(() -> FeatureVectorDecoder.decode(longId))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("cut off within id");
  }

  /** What is left of features without a zero byte is no shorter array of narrower ones either. */
  @Test
  void everyTruncationIsRefused() {
    byte[] single =
        SingleObject.encode(
            new FeatureVector("id-é", "key", Instant.ofEpochMilli(-7), List.of(0.1, -0.3, 1e-30)));
    byte[] body = Arrays.copyOfRange(single, 10, single.length);
    for (byte[] whole : List.of(SINGLE, single, body, registry(0x01020304, body))) {
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> FeatureVectorDecoder.decode(cut))
            .isInstanceOf(DecodeException.class);
      }
    }
  }

  @Property(tries = 5000, seed = "20260102")
  void anyBytesDecodeOrAreRefused(@ForAll @Size(max = 64) byte[] bytes) {
    Throwable thrown = catchThrowable(() -> FeatureVectorDecoder.decode(bytes));
    assertThat(thrown)
        .satisfiesAnyOf(
            t -> assertThat(t).isNull(), t -> assertThat(t).isInstanceOf(DecodeException.class));
  }

  /** What was decoded, as the record that Avro generates. */
  private static FeatureVector decode(byte[] value) throws DecodeException {
    FeatureValues values = FeatureVectorDecoder.decode(value);
    List<Double> features = new ArrayList<>();
    for (double feature : values.features()) {
      features.add(feature);
    }
    return new FeatureVector(
        values.id(), values.key(), Instant.ofEpochMilli(values.eventTimeMillis()), features);
  }

  private static byte[] registry(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }
}
