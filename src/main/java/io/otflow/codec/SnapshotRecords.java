package io.otflow.codec;

import io.otflow.avro.ComparisonRecord;
import io.otflow.avro.ModelOrigin;
import io.otflow.avro.ModelSnapshotRecord;
import io.otflow.avro.ProvenanceRecord;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Maps models to the record of {@code model_snapshot.avsc} and back. */
final class SnapshotRecords {

  /** The format that is written, and the newest that is read. */
  private static final int FORMAT = 4;

  private SnapshotRecords() {}

  static ModelSnapshotRecord toRecord(ModelSnapshot model) {
    Architecture a = model.architecture();
    float[] values = model.parameters().toFloats();
    ByteBuffer parameters =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    parameters.asFloatBuffer().put(values);
    return new ModelSnapshotRecord(
        FORMAT,
        model.version(),
        model.featureNames(),
        a.m(),
        a.layers(),
        a.rank(),
        parameters,
        ByteBuffer.wrap(sha256(parameters)),
        boxed(model.front().scaling().mean()),
        boxed(model.front().scaling().scale()),
        model.steps(),
        model.calibration().map(CalibrationRecords::toRecord).orElse(null),
        toRecord(model.provenance()),
        FrontRecords.toRecord(model.front()),
        null);
  }

  /** SHA-256 of what remains in a buffer, which stays as it is. */
  static byte[] sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The model of a record, or a {@link DecodeException} that names the part that does not fit. */
  static ModelSnapshot toModel(ModelSnapshotRecord record) throws DecodeException {
    if (record.getFormat() < 1 || record.getFormat() > FORMAT) {
      throw new DecodeException(
          "the snapshot has format " + record.getFormat() + ", this version reads up to " + FORMAT);
    }
    checkSha256(record);
    try {
      int d = record.getFeatureNames().size();
      Architecture architecture =
          new Architecture(d, record.getWidth(), record.getLayers(), record.getRank());
      return new ModelSnapshot(
          record.getVersion(),
          record.getFeatureNames(),
          parameters(architecture, record.getParameters()),
          FrontRecords.toFront(
              new FeatureScaling(unboxed(record.getMean()), unboxed(record.getScale())),
              record.getFront()),
          record.getSteps(),
          Optional.ofNullable(record.getCalibration()).map(CalibrationRecords::toCalibration),
          provenance(record.getProvenance()));
    } catch (IllegalArgumentException e) {
      throw new DecodeException(e.getMessage(), e);
    }
  }

  private static void checkSha256(ModelSnapshotRecord record) throws DecodeException {
    if (record.getFormat() == 1 && record.getParametersSha256() == null) {
      return; // format 1 had none
    }
    HexFormat hex = HexFormat.of();
    String said =
        record.getParametersSha256() == null
            ? "nothing"
            : hex.formatHex(bytes(record.getParametersSha256()));
    String found = hex.formatHex(sha256(record.getParameters()));
    if (!said.equals(found)) {
      throw new DecodeException(
          "the weights were altered or damaged: their SHA-256 is "
              + found
              + ", and the snapshot says "
              + (said.length() > found.length() ? said.substring(0, found.length()) + "…" : said));
    }
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static Parameters parameters(Architecture architecture, ByteBuffer bytes) {
    // Counted before any array is made: a record may claim more layers than it has bytes for.
    long expected = architecture.parameterCount() * Float.BYTES;
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "parameters have "
              + bytes.remaining()
              + " bytes, expected "
              + expected
              + " for "
              + architecture);
    }
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new Parameters(architecture, values);
  }

  private static ProvenanceRecord toRecord(Provenance p) {
    return new ProvenanceRecord(
        ModelOrigin.valueOf(p.origin().name()),
        Instant.ofEpochMilli(p.createdAtMillis()),
        boxed(p.parentVersion()),
        boxed(p.windowStartMillis()),
        boxed(p.windowEndMillis()),
        p.eventsSeen(),
        p.rowsTrained(),
        p.rowsHeldOut(),
        p.iterations(),
        p.trainingLoss(),
        p.heldOutLoss(),
        p.seed(),
        p.note(),
        p.comparison().map(SnapshotRecords::toRecord).orElse(null),
        boxed(p.estimatedContamination()),
        boxed(p.startingLoss()));
  }

  private static Provenance provenance(ProvenanceRecord p) {
    return new Provenance(
        Provenance.Origin.valueOf(p.getOrigin().name()),
        p.getCreatedAt().toEpochMilli(),
        unboxed(p.getParentVersion()),
        unboxed(p.getWindowStart()),
        unboxed(p.getWindowEnd()),
        p.getEventsSeen(),
        p.getRowsTrained(),
        p.getRowsHeldOut(),
        p.getIterations(),
        p.getTrainingLoss(),
        p.getHeldOutLoss(),
        p.getSeed(),
        p.getNote(),
        Optional.ofNullable(p.getComparison()).map(SnapshotRecords::comparison),
        unboxed(p.getEstimatedContamination()),
        unboxed(p.getStartingLoss()));
  }

  private static ComparisonRecord toRecord(Provenance.Comparison comparison) {
    return new ComparisonRecord(
        comparison.rows(), comparison.logLikelihood(), comparison.servingLogLikelihood());
  }

  private static Provenance.Comparison comparison(ComparisonRecord record) {
    return new Provenance.Comparison(
        record.getRows(), record.getLogLikelihood(), record.getServingLogLikelihood());
  }

  static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  static double[] unboxed(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static OptionalDouble unboxed(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static OptionalLong unboxed(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
