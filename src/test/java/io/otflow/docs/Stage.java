package io.otflow.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.otflow.kafka.TopicWriter;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.testing.LabelledRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** What commands of the documentation take for granted: files of rows, schemas, topics. */
final class Stage {

  /**
   * Rows of sensors.csv, one every four seconds: several requests of a producer, and so both
   * partitions.
   */
  static final int SENSOR_ROWS = 12_000;

  /** Records of each topic of readings. */
  static final int READINGS = 40;

  private static final int LABELLED_ROWS = 1500;

  private static final String FIRST_SCHEMA =
      """
      {"type": "record", "name": "Reading", "fields": [
        {"name": "pressure", "type": "double"},
        {"name": "engine", "type": {"type": "record", "name": "Engine", "fields": [
          {"name": "temperature", "type": "double"}]}}]}
      """;

  private static final String SECOND_SCHEMA =
      """
      {"type": "record", "name": "Reading", "fields": [
        {"name": "engine", "type": {"type": "record", "name": "Engine", "fields": [
          {"name": "speed", "type": "double", "default": 0},
          {"name": "temperature", "type": "double"}]}},
        {"name": "pressure", "type": "double"}]}
      """;

  private Stage() {}

  /** The files that commands read. */
  static void files(Path folder) throws IOException {
    SyntheticStream stream = new SyntheticStream(1_000_000, 1);
    for (String name : List.of("train.csv", "shuttle.train.csv")) {
      Files.writeString(folder.resolve(name), LabelledRows.csv(0, LABELLED_ROWS));
    }
    for (String name : List.of("test.csv", "shuttle.test.csv")) {
      Files.writeString(folder.resolve(name), LabelledRows.csv(LABELLED_ROWS, LABELLED_ROWS));
    }
    Files.writeString(folder.resolve("sensors.csv"), sensors(stream));
    Files.writeString(folder.resolve("reading-1.avsc"), FIRST_SCHEMA);
    Files.writeString(folder.resolve("reading-2.avsc"), SECOND_SCHEMA);
  }

  private static String sensors(SyntheticStream stream) {
    StringBuilder text = new StringBuilder("datetime,temperature,pressure,load\n");
    LocalDateTime start = LocalDateTime.of(2026, 1, 31, 12, 0);
    for (int i = 0; i < SENSOR_ROWS; i++) {
      double[] x = stream.features(i);
      text.append(
              DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").format(start.plusSeconds(4L * i)))
          .append("," + x[0] + "," + x[1] + "," + x[2] + "\n");
    }
    return text.toString();
  }

  /** A topic with copies of one record, each with an id of its own in place of {@code e-1}. */
  static void copies(Properties client, String topic, String record) {
    Topics.ensure(client, topic, 2, Map.of());
    try (TopicWriter writer = new TopicWriter(client, topic)) {
      for (int i = 0; i < READINGS; i++) {
        writer.write(i % 2, null, record.replace("e-1", "e-" + i).getBytes(UTF_8));
      }
      writer.flush();
    }
  }

  /** A topic of Avro, half of it by each schema; with ids, as a registry's clients write them. */
  static void avro(Properties client, String topic, int first, int second) throws IOException {
    Topics.ensure(client, topic, 2, Map.of());
    try (TopicWriter writer = new TopicWriter(client, topic)) {
      for (int i = 0; i < READINGS; i++) {
        writer.write(
            i % 2,
            null,
            i < READINGS / 2 ? avro(first, FIRST_SCHEMA, i) : avro(second, SECOND_SCHEMA, i));
      }
      writer.flush();
    }
  }

  /** A topic of plain Avro by the second schema. */
  static void avro(Properties client, String topic) throws IOException {
    Topics.ensure(client, topic, 2, Map.of());
    try (TopicWriter writer = new TopicWriter(client, topic)) {
      for (int i = 0; i < READINGS; i++) {
        writer.write(i % 2, null, avro(-1, SECOND_SCHEMA, i));
      }
      writer.flush();
    }
  }

  static String firstSchema() {
    return FIRST_SCHEMA;
  }

  static String secondSchema() {
    return SECOND_SCHEMA;
  }

  private static byte[] avro(int id, String text, int row) throws IOException {
    Schema schema = new Schema.Parser().parse(text);
    GenericRecord engine =
        new GenericRecordBuilder(schema.getField("engine").schema())
            .set("temperature", 300.0 + row)
            .build();
    GenericRecord record =
        new GenericRecordBuilder(schema).set("engine", engine).set("pressure", 1.0 * row).build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (id >= 0) {
      out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    }
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** A stream of feature vectors. */
  static void features(Properties client, int events) {
    Topics.ensure(client, "features", 2, Map.of());
    SyntheticStream stream = new SyntheticStream(1_000_000, 1);
    long now = System.currentTimeMillis();
    try (TopicWriter writer = new TopicWriter(client, "features")) {
      for (int i = 0; i < events; i++) {
        writer.write(i % 2, null, stream.record(i, "e" + i, now - 10L * (events - i)));
      }
      writer.flush();
    }
  }
}
