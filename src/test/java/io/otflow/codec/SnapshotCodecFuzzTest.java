package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.ModelSnapshotRecord;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Fuzz;
import io.otflow.testing.Mutations;
import io.otflow.testing.RandomModels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SnapshotCodecFuzzTest {

  /**
   * A calibration costs what its sketch may claim, however short it is: 2 MiB of room behind a copy
   * of it, and up to three arrays of a sketch's largest capacity, 1.5 MiB each. A byte costs most
   * where it is an empty name, see {@link SingleObjectFuzzTest}, and its place in three more lists.
   */
  private static final long SKETCH = 8 << 20;

  private static final Fuzz MESSAGES =
      new Fuzz("SnapshotCodec.fromBytes", DecodeException.class, SKETCH, 256);

  /** As a message, and the JSON of the schema as a tree and as a schema, about 100 bytes a byte. */
  private static final Fuzz FILES =
      new Fuzz("SnapshotCodec.readFile", InputException.class, SKETCH, 512);

  private static final ModelSnapshot CALIBRATED =
      Samples.model(new Architecture(2, 3, 2, 2), true, 1);
  private static final List<ModelSnapshot> MODELS =
      List.of(
          CALIBRATED,
          Samples.model(new Architecture(1, 1, 2, 1), false, 2),
          RandomModels.withFront(Samples.model(new Architecture(2, 1, 2, 1), false, 3), 4));

  /** What a schema may say. */
  private static final String[] WORDS = {
    "null",
    "{\"type\":\"array\",\"items\":\"null\"}",
    "[\"null\",\"null\"]",
    "\"long\"",
    "\"float\"",
    "\"bytes\"",
    "\"io.otflow.avro.ModelSnapshotRecord\"",
    "\"default\":null,",
    "\"logicalType\":\"decimal\",",
    "\"aliases\":[\"x\"],",
    "\"java-class\":\"java.net.URL\",",
    "\"",
    "[",
    "{",
    "}",
    "]",
    ",",
    ":",
    "\\",
    "0",
    "\uFEFF",
    "\0"
  };

  @Test
  void messagesDecodeOrAreRefused() {
    List<byte[]> valid = MODELS.stream().map(SnapshotCodec::toBytes).toList();
    MESSAGES.run(
        0.5,
        20260604,
        new Mutations(valid),
        SnapshotCodec::fromBytes,
        SnapshotCodecFuzzTest::comesBack);
  }

  @Test
  void messagesWithDamagedSketchesDecodeOrAreRefused() {
    ModelSnapshotRecord record = SnapshotRecords.toRecord(CALIBRATED);
    byte[] sketch = Samples.sketch(new Random(5).doubles(500, -20, -1).toArray());
    byte[] single = Samples.sketch(-3.5);
    Samples.makeEarlier(record.getCalibration(), sketch);
    MESSAGES.run(
        0.5,
        20260605,
        new Mutations(List.of(sketch, single, Arrays.copyOf(sketch, 64))),
        damaged -> {
          record.getCalibration().setQuantileSketch(ByteBuffer.wrap(damaged));
          return SnapshotCodec.fromBytes(SingleObject.encode(record));
        },
        SnapshotCodecFuzzTest::comesBack);
  }

  @Test
  void filesDecodeOrAreRefused() throws IOException {
    FILES.run(
        0.4,
        20260606,
        new Mutations(
            List.of(file(MODELS.get(0)), file(MODELS.get(1)), file(MODELS.get(2))), WORDS),
        SnapshotCodecFuzzTest::read,
        SnapshotCodecFuzzTest::comesBack);
  }

  @Test
  void filesOfDamagedSchemasDecodeOrAreRefused() {
    byte[] body = body(MODELS.get(1));
    FILES.run(
        0.4,
        20260607,
        new Mutations(List.of(schema()), WORDS),
        json -> read(container(json, body)),
        SnapshotCodecFuzzTest::comesBack);
  }

  @Test
  void filesOfDamagedRecordsDecodeOrAreRefused() {
    FILES.run(
        0.2,
        20260608,
        new Mutations(MODELS.stream().map(SnapshotCodecFuzzTest::body).toList()),
        body -> read(container(schema(), body)),
        SnapshotCodecFuzzTest::comesBack);
  }

  /** Schemas that ask for values of no bytes, far more of them than anyone has time for. */
  @Test
  void filesOfEndlessSchemasAreRefused() {
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    for (int i = 0; i < 10_000; i++) {
      blocks.writeBytes(Mutations.varint(10_000));
    }
    blocks.writeBytes(Mutations.varint(0));
    endless("{\"type\":\"array\",\"items\":\"null\"}", blocks.toByteArray());
    StringBuilder doubling =
        new StringBuilder("{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
    for (int i = 1; i < 60; i++) {
      doubling
          .insert(
              0,
              "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[{\"name\":\"a\",\"type\":")
          .append("},{\"name\":\"b\",\"type\":\"R" + (i - 1) + "\"}]}");
    }
    endless(doubling.toString(), new byte[0]);
    StringBuilder deep = new StringBuilder("\"null\"");
    for (int i = 0; i < 400; i++) {
      deep.insert(0, "{\"type\":\"array\",\"items\":").append('}');
    }
    endless(deep.toString(), Mutations.varint(1));
  }

  /** A file whose records have one more field, before all others. */
  private static void endless(String type, byte[] value) {
    String json = new String(schema(), StandardCharsets.UTF_8);
    String field = "\"fields\":[{\"name\":\"more\",\"type\":" + type + "},";
    byte[] body = body(MODELS.get(1));
    byte[] whole = Arrays.copyOf(value, value.length + body.length);
    System.arraycopy(body, 0, whole, value.length, body.length);
    byte[] file =
        container(
            json.replaceFirst("\"fields\":\\[", Matcher.quoteReplacement(field))
                .getBytes(StandardCharsets.UTF_8),
            whole);
    FILES.run(
        "values of no bytes",
        file,
        SnapshotCodecFuzzTest::read,
        model -> {
          throw new AssertionError("decoded");
        });
  }

  @AfterAll
  static void report() {
    MESSAGES.report();
    FILES.report();
  }

  private static void comesBack(ModelSnapshot model) throws DecodeException {
    assertThat(SnapshotCodec.fromBytes(SnapshotCodec.toBytes(model))).isEqualTo(model);
  }

  private static ModelSnapshot read(byte[] bytes) throws IOException {
    return SnapshotCodec.readFile(new ByteArrayInputStream(bytes), "model.avro");
  }

  private static byte[] schema() {
    return ModelSnapshotRecord.getClassSchema().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] body(ModelSnapshot model) {
    byte[] message = SnapshotCodec.toBytes(model);
    return Arrays.copyOfRange(message, SingleObject.HEADER_LENGTH, message.length);
  }

  private static byte[] file(ModelSnapshot model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.writeFile(model, out);
    return out.toByteArray();
  }

  /** A file whose lengths and marks are right, whatever is in it. */
  static byte[] container(byte[] schema, byte[] body) {
    byte[] mark = new byte[16];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {'O', 'b', 'j', 1});
    out.writeBytes(Mutations.varint(1));
    prefixed(out, "avro.schema".getBytes(StandardCharsets.UTF_8));
    prefixed(out, schema);
    out.writeBytes(Mutations.varint(0));
    out.writeBytes(mark);
    out.writeBytes(Mutations.varint(1));
    prefixed(out, body);
    out.writeBytes(mark);
    return out.toByteArray();
  }

  private static void prefixed(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(Mutations.varint(bytes.length));
    out.writeBytes(bytes);
  }
}
