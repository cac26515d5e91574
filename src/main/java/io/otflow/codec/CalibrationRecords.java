package io.otflow.codec;

import io.otflow.avro.CalibrationRecord;
import io.otflow.avro.TailRecord;
import io.otflow.model.Calibration;
import io.otflow.model.Quantiles;
import io.otflow.model.Tail;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Maps calibrations to their part of {@code model_snapshot.avsc} and back. */
final class CalibrationRecords {

  private CalibrationRecords() {}

  static CalibrationRecord toRecord(Calibration calibration) {
    return new CalibrationRecord(
        calibration.threshold(),
        calibration.alertRate(),
        calibration.rows(),
        ByteBuffer.allocate(0),
        calibration.ordinaryRows(),
        SnapshotRecords.boxed(calibration.quantiles().values()),
        SnapshotRecords.boxed(calibration.quantiles().ranks()),
        calibration.tail().map(CalibrationRecords::toRecord).orElse(null));
  }

  private static TailRecord toRecord(Tail tail) {
    return new TailRecord(
        tail.degrees(),
        tail.location(),
        tail.unit(),
        tail.start(),
        tail.startRate(),
        tail.shape(),
        tail.scale(),
        tail.shapeError(),
        tail.logScaleError(),
        tail.correlation(),
        tail.exceedances(),
        tail.smallestRate());
  }

  /**
   * The calibration of a record; one of formats 1 and 2 has a sketch, and neither a tail nor an
   * estimate of what is ordinary.
   *
   * @throws IllegalArgumentException if the parts do not fit
   */
  static Calibration toCalibration(CalibrationRecord record) {
    byte[] sketch = SnapshotRecords.bytes(record.getQuantileSketch());
    return sketch.length == 0
        ? new Calibration(
            record.getThreshold(),
            record.getAlertRate(),
            record.getRows(),
            record.getOrdinaryRows(),
            new Quantiles(
                SnapshotRecords.unboxed(record.getQuantileValues()),
                SnapshotRecords.unboxed(record.getQuantileRanks())),
            Optional.ofNullable(record.getTail()).map(CalibrationRecords::toTail))
        : new Calibration(
            record.getThreshold(),
            record.getAlertRate(),
            record.getRows(),
            record.getRows(),
            QuantileSketch.read(sketch),
            Optional.empty());
  }

  private static Tail toTail(TailRecord record) {
    return new Tail(
        record.getDegrees(),
        record.getLocation(),
        record.getUnit(),
        record.getStart(),
        record.getStartRate(),
        record.getShape(),
        record.getScale(),
        record.getShapeError(),
        record.getLogScaleError(),
        record.getCorrelation(),
        record.getExceedances(),
        record.getSmallestRate());
  }
}
