package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.DeadLetter;
import io.otflow.avro.FeatureVector;
import io.otflow.avro.FlagRule;
import io.otflow.avro.ModelSnapshotRecord;
import io.otflow.avro.PValueEvidence;
import io.otflow.avro.ScoreStatus;
import io.otflow.model.Architecture;
import io.otflow.testing.Fuzz;
import io.otflow.testing.Mutations;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SingleObjectFuzzTest {

  /**
   * Avro makes a reader for each call. An empty string in an array is one byte, and costs a string
   * in the check of the lengths, a buffer and a string in Avro's reader, and its place in a list.
   */
  private static final Fuzz FUZZ = new Fuzz("SingleObject", DecodeException.class, 64 << 10, 160);

  private static final List<SpecificRecord> RECORDS =
      List.of(
          new FeatureVector("id-é", "key", Instant.ofEpochMilli(-7), List.of(1.5, -2.0, 1e-300)),
          score(ScoreStatus.SCORED, -12.25),
          score(ScoreStatus.WARMING_UP, null),
          new DeadLetter(
              "features",
              3,
              1L << 40,
              Instant.ofEpochMilli(5),
              "the value is empty",
              ByteBuffer.wrap(new byte[] {1, 2}),
              ByteBuffer.wrap(new byte[0])),
          new DeadLetter("features", 0, 0L, Instant.EPOCH, "a tombstone", null, null),
          SnapshotRecords.toRecord(Samples.model(new Architecture(2, 3, 2, 2), true, 1)),
          SnapshotRecords.toRecord(Samples.model(new Architecture(1, 1, 2, 1), false, 2)),
          manyNames());

  @Test
  void recordsDecodeOrAreRefused() {
    List<byte[]> valid = RECORDS.stream().map(SingleObject::encode).toList();
    FUZZ.run(
        0.5, 20260602, new Mutations(valid), SingleObject::decode, SingleObjectFuzzTest::comesBack);
  }

  @Test
  void bodiesDecodeOrAreRefused() {
    for (SpecificRecord record : RECORDS) {
      byte[] whole = SingleObject.encode(record);
      byte[] body = Arrays.copyOfRange(whole, SingleObject.HEADER_LENGTH, whole.length);
      byte[] header = Arrays.copyOf(whole, SingleObject.HEADER_LENGTH);
      FUZZ.run(
          0.5 / RECORDS.size(),
          20260603,
          new Mutations(List.of(body)),
          damaged ->
              SingleObject.decode(
                  ByteBuffer.allocate(header.length + damaged.length)
                      .put(header)
                      .put(damaged)
                      .array()),
          SingleObjectFuzzTest::comesBack);
    }
  }

  @AfterAll
  static void report() {
    FUZZ.report();
  }

  /** What costs most a byte: names of length 0. */
  private static ModelSnapshotRecord manyNames() {
    ModelSnapshotRecord record =
        SnapshotRecords.toRecord(Samples.model(new Architecture(1, 1, 2, 1), false, 2));
    record.setFeatureNames(Collections.nCopies(2000, ""));
    return record;
  }

  private static AnomalyScore score(ScoreStatus status, Double likelihood) {
    return new AnomalyScore(
        "id",
        likelihood == null ? null : "key",
        Instant.ofEpochMilli(77),
        status,
        likelihood,
        likelihood,
        likelihood,
        likelihood,
        likelihood != null,
        likelihood == null ? null : 3L,
        Instant.ofEpochMilli(99),
        "features",
        1,
        2L,
        likelihood == null ? Map.of() : Map.of("site", "north"),
        likelihood == null ? null : PValueEvidence.TAIL,
        likelihood == null ? null : FlagRule.LORD);
  }

  private static void comesBack(SpecificRecord record) throws DecodeException {
    byte[] bytes = SingleObject.encode(record);
    SpecificRecord back = SingleObject.decode(bytes);
    assertThat(back.getClass()).isEqualTo(record.getClass());
    assertThat(SingleObject.encode(back)).isEqualTo(bytes);
  }
}
