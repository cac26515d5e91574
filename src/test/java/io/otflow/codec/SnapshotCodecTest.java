package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.otflow.avro.FeatureVector;
import io.otflow.avro.FrontRecord;
import io.otflow.avro.ModelSnapshotRecord;
import io.otflow.avro.WhiteningRecord;
import io.otflow.model.Architecture;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.RandomModels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class SnapshotCodecTest {

  private static final ModelSnapshot MODEL = Samples.model(Architecture.of(3, 5, 3), true, 1);
  private static final ModelSnapshot FRONTED = RandomModels.withFront(MODEL, 7);
  private static final byte[] MESSAGE = SnapshotCodec.toBytes(MODEL);
  private static final byte[] FILE = file(MODEL);

  @Test
  void messageComesBack() throws Exception {
    assertThat(SnapshotCodec.fromBytes(MESSAGE)).isEqualTo(MODEL);
    ModelSnapshot bare = Samples.model(new Architecture(1, 1, 2, 1), false, 2);
    assertThat(SnapshotCodec.fromBytes(SnapshotCodec.toBytes(bare))).isEqualTo(bare);
  }

  @Test
  void aFrontComesBack() throws Exception {
    assertThat(SnapshotRecords.toRecord(MODEL).getFront()).isNull();
    assertThat(SnapshotCodec.fromBytes(SnapshotCodec.toBytes(FRONTED))).isEqualTo(FRONTED);
    assertThat(read(file(FRONTED))).isEqualTo(FRONTED);
    Front front = FRONTED.front();
    for (Front part :
        List.of(
            new Front(front.scaling(), front.maps(), Optional.empty()),
            new Front(front.scaling(), Front.of(front.scaling()).maps(), front.whitening()))) {
      ModelSnapshot model = RandomModels.behind(MODEL, part);
      assertThat(SnapshotCodec.fromBytes(SnapshotCodec.toBytes(model))).isEqualTo(model);
    }
  }

  @Test
  void aFrontThatDoesNotFitIsRefused() {
    refusedFront(
        front -> front.setMaps(front.getMaps().subList(0, 2)),
        "front maps 2 features and scales 3, expected the same");
    refusedFront(
        front -> front.getMaps().get(1).setValue(List.of(0.0)),
        "map of feature 1: spline has 4 knots, 1 values and 4 slopes, expected the same");
    refusedFront(
        front -> front.getMaps().get(2).setSlope(List.of(1.0, Double.NaN, 1.0, 1.0)),
        "map of feature 2: slope 1 of a spline is NaN, expected finite and positive");
    refusedFront(
        front -> front.getMaps().get(2).setLowerBend(-1),
        "map of feature 2: lower bend of a spline is -1.0");
    refusedFront(
        front -> front.getWhitening().setW(List.of(1.0)),
        "whitening of 3 features has 1 coefficients, expected 6");
    refusedFront(
        front -> front.setWhitening(new WhiteningRecord(List.of(0.0), List.of(1.0))),
        "front whitens 1 features and scales 3, expected the same");
    // d (d + 1) / 2 of as many features is more than an int holds.
    refusedFront(
        front ->
            front.setWhitening(
                new WhiteningRecord(
                    Collections.nCopies(65_536, 0.0), Collections.nCopies(32_768, 1.0))),
        "whitening of 65536 features has 32768 coefficients, expected 2147516416");
  }

  private static void refusedFront(Consumer<FrontRecord> change, String message) {
    ModelSnapshotRecord record = SnapshotRecords.toRecord(FRONTED);
    change.accept(record.getFront());
    assertThatThrownBy(() -> SnapshotCodec.fromBytes(SingleObject.encode(record)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void fileComesBackAndIsReproducible() throws Exception {
    assertThat(SnapshotCodec.readFile(new ByteArrayInputStream(FILE), "m")).isEqualTo(MODEL);
    assertThat(file(MODEL)).isEqualTo(FILE);
  }

  @Test
  void avroReadsTheFile() throws Exception {
    try (DataFileStream<ModelSnapshotRecord> stream =
        new DataFileStream<>(
            new ByteArrayInputStream(FILE), new SpecificDatumReader<>(ModelSnapshotRecord.class))) {
      ModelSnapshotRecord record = stream.next();
      assertThat(record.getVersion()).isEqualTo(3);
      assertThat(record.getParameters().remaining())
          .isEqualTo(4 * MODEL.architecture().layout().size());
      assertThat(stream.hasNext()).isFalse();
    }
  }

  @Test
  void foreignFilesAreRefusedByName() throws Exception {
    assertThatThrownBy(() -> read(new byte[0]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model.avro")
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> read("x0,x1\n1,2\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("does not start as an Avro object container");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataFileWriter<FeatureVector> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(FeatureVector.class))) {
      writer.create(FeatureVector.getClassSchema(), out);
      writer.append(new FeatureVector("a", null, Instant.EPOCH, List.of(1.0)));
    }
    assertThatThrownBy(() -> read(out.toByteArray())).hasMessageContaining("FeatureVector");
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < FILE.length; length++) {
      byte[] cut = Arrays.copyOf(FILE, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(InputException.class);
    }
    for (int length = 0; length < MESSAGE.length; length++) {
      byte[] cut = Arrays.copyOf(MESSAGE, length);
      assertThatThrownBy(() -> SnapshotCodec.fromBytes(cut)).isInstanceOf(DecodeException.class);
    }
    assertThatThrownBy(() -> read(Arrays.copyOf(FILE, FILE.length + 1)))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> SnapshotCodec.fromBytes(Arrays.copyOf(MESSAGE, MESSAGE.length + 1)))
        .isInstanceOf(DecodeException.class);
  }

  @Property(tries = 3000, seed = "20260101")
  void mutationsDecodeOrAreRefused(
      @ForAll @IntRange(max = 1_000_000) int where, @ForAll byte value, @ForAll boolean file) {
    byte[] bytes = (file ? FILE : MESSAGE).clone();
    bytes[where % bytes.length] = value;
    Throwable thrown =
        catchThrowable(() -> assertThat(file ? read(bytes) : SnapshotCodec.fromBytes(bytes)));
    assertThat(thrown)
        .satisfiesAnyOf(
            t -> assertThat(t).isNull(),
            t -> assertThat(t).isInstanceOf(file ? InputException.class : DecodeException.class));
  }

  @Test
  void absurdShapesAllocateNothing() throws Exception {
    ModelSnapshotRecord record = SnapshotRecords.toRecord(MODEL);
    record.setLayers(Integer.MAX_VALUE);
    record.setWidth(1);
    assertThatThrownBy(() -> SnapshotCodec.fromBytes(SingleObject.encode(record)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("number of parameters");
    record.setLayers(1 << 26);
    assertThatThrownBy(() -> SnapshotCodec.fromBytes(SingleObject.encode(record)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("parameters have");
    record.setWidth(Integer.MAX_VALUE);
    record.setLayers(Integer.MAX_VALUE);
    assertThatThrownBy(() -> SnapshotCodec.fromBytes(SingleObject.encode(record)))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void sketchesThatClaimMoreThanTheyHoldAreRefused() throws Exception {
    ModelSnapshotRecord record = SnapshotRecords.toRecord(MODEL);
    byte[] sketch = Samples.sketch(new Random(5).doubles(500, -20, -1).toArray());
    Samples.makeEarlier(record.getCalibration(), sketch);
    assertThat(SnapshotCodec.fromBytes(SingleObject.encode(record)).calibration()).isPresent();
    byte[] updatable = sketch.clone();
    updatable[1] = 3;
    ByteBuffer.wrap(updatable)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(20 + Integer.BYTES * sketch[18], Integer.MAX_VALUE - 8);
    byte[] high = sketch.clone();
    high[18] = 62;
    for (byte[] damaged : List.of(updatable, high, new byte[0], Arrays.copyOf(sketch, 18))) {
      record.getCalibration().setQuantileSketch(ByteBuffer.wrap(damaged));
      byte[] message = SingleObject.encode(record);
      assertThatThrownBy(() -> SnapshotCodec.fromBytes(message))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("quantile");
    }
  }

  private static ModelSnapshot read(byte[] bytes) throws IOException {
    return SnapshotCodec.readFile(new ByteArrayInputStream(bytes), "model.avro");
  }

  private static byte[] file(ModelSnapshot model) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      SnapshotCodec.writeFile(model, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
