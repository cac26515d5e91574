package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.avro.ModelSnapshotRecord;
import io.otflow.engine.Integration;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files and messages that earlier versions wrote are read by this one, and by later ones. */
class EarlierFormatsTest {

  private static InputStream open(String name) {
    return EarlierFormatsTest.class.getResourceAsStream("/io/otflow/upgrade/" + name);
  }

  /** The scores are what the version that wrote the file gave. */
  @Test
  void aModelFileOfFormat1Scores() throws IOException {
    ModelSnapshot model;
    try (InputStream in = open("model-format-1.avro")) {
      model = SnapshotCodec.readFile(in, "format 1");
    }
    assertThat(model.version()).isEqualTo(1);
    assertThat(model.featureNames()).containsExactly("a", "b", "c");
    assertThat(model.calibration().orElseThrow().threshold()).isEqualTo(-5.154384350458449);
    assertThat(model.provenance().comparison()).isEmpty();
    scores(model, SCORES);
  }

  /** The scores are what the version that wrote the file gave. */
  @Test
  void aModelFileOfFormat3Scores() throws IOException {
    ModelSnapshot model;
    try (InputStream in = open("model-format-3.avro")) {
      model = SnapshotCodec.readFile(in, "format 3");
    }
    ModelSnapshot written = Samples.model(new Architecture(3, 5, 2, 3), true, 33);
    assertThat(model.parameters()).isEqualTo(written.parameters());
    assertThat(model.calibration()).isEqualTo(written.calibration());
    assertThat(model.provenance().startingLoss()).isEmpty();
    assertThat(model.front().scalesOnly()).isTrue();
    assertThat(model.calibration().orElseThrow().threshold()).isEqualTo(-20.04413568009051);
    scores(model, SCORES_OF_FORMAT_3);
  }

  private static void scores(ModelSnapshot model, double[] expected) {
    double[] logLikelihood = new double[3];
    try (ReferenceEngine engine = new ReferenceEngine(Integration.adaptive(0, 0.01))) {
      engine.load(model);
      engine.score(ROWS, 3, logLikelihood, null);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(Math.abs(logLikelihood[i] - expected[i])).isLessThan(1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aMessageOfAnEarlierFormatIsReadAndBecomesOneOfToday(int format) throws Exception {
    byte[] message;
    try (InputStream in = open("model-format-" + format + ".avro")) {
      message = SnapshotCodec.readMessage(in, "format " + format);
    }
    ModelSnapshotRecord record = SingleObject.decode(message, ModelSnapshotRecord.class);
    assertThat(record.getFormat()).isEqualTo(format);
    assertThat(record.getFront()).isNull();
    ModelSnapshot model = SnapshotCodec.fromBytes(message);
    byte[] today = SnapshotCodec.toBytes(model);
    assertThat(SingleObject.decode(today, ModelSnapshotRecord.class).getFormat()).isEqualTo(4);
    assertThat(SnapshotCodec.fromBytes(today)).isEqualTo(model);
  }

  @Test
  void aFormatOfTheFutureIsRefusedByItsNumber() {
    ModelSnapshotRecord record =
        SnapshotRecords.toRecord(Samples.model(Architecture.of(3, 5, 2), true, 1));
    record.setFormat(5);
    assertThatThrownBy(() -> SnapshotCodec.fromBytes(SingleObject.encode(record)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("format 5, this version reads up to 4");
  }

  private static final double[] ROWS = {
    0.0947, 0.2974, 1.2500, -0.9314, -0.2672, 0.9924, -0.2592, -0.1819, -0.2615
  };
  private static final double[] SCORES = {
    -2.520249640915841, -2.753666056486815, -1.8672191294350988
  };
  private static final double[] SCORES_OF_FORMAT_3 = {
    -6.940297743436739, -7.119546160862926, -6.3890186105880655
  };
}
