package io.otflow.codec;

import io.otflow.avro.FrontRecord;
import io.otflow.avro.SplineRecord;
import io.otflow.avro.WhiteningRecord;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.MonotoneSpline;
import io.otflow.model.Whitening;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Maps what comes after the scaling to its part of {@code model_snapshot.avsc} and back. */
final class FrontRecords {

  private FrontRecords() {}

  /** The record of a front; null for one that only scales. */
  static FrontRecord toRecord(Front front) {
    if (front.scalesOnly()) {
      return null;
    }
    List<SplineRecord> maps = new ArrayList<>();
    for (Optional<MonotoneSpline> map : front.maps()) {
      maps.add(map.map(FrontRecords::toRecord).orElse(null));
    }
    return new FrontRecord(maps, front.whitening().map(FrontRecords::toRecord).orElse(null));
  }

  private static SplineRecord toRecord(MonotoneSpline map) {
    return new SplineRecord(
        SnapshotRecords.boxed(map.at()),
        SnapshotRecords.boxed(map.value()),
        SnapshotRecords.boxed(map.slope()),
        map.lowerBend(),
        map.upperBend());
  }

  private static WhiteningRecord toRecord(Whitening whitening) {
    return new WhiteningRecord(
        SnapshotRecords.boxed(whitening.center()), SnapshotRecords.boxed(whitening.w()));
  }

  /**
   * The front of a scaling and a record; a null record stands for one that only scales.
   *
   * @throws IllegalArgumentException if the parts do not fit
   */
  static Front toFront(FeatureScaling scaling, FrontRecord record) {
    if (record == null) {
      return Front.of(scaling);
    }
    List<Optional<MonotoneSpline>> maps = new ArrayList<>();
    for (SplineRecord map : record.getMaps()) {
      maps.add(map == null ? Optional.empty() : Optional.of(toSpline(maps.size(), map)));
    }
    return new Front(
        scaling, maps, Optional.ofNullable(record.getWhitening()).map(FrontRecords::toWhitening));
  }

  private static MonotoneSpline toSpline(int feature, SplineRecord record) {
    try {
      return new MonotoneSpline(
          SnapshotRecords.unboxed(record.getAt()),
          SnapshotRecords.unboxed(record.getValue()),
          SnapshotRecords.unboxed(record.getSlope()),
          record.getLowerBend(),
          record.getUpperBend());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("map of feature " + feature + ": " + e.getMessage(), e);
    }
  }

  private static Whitening toWhitening(WhiteningRecord record) {
    return new Whitening(
        SnapshotRecords.unboxed(record.getCenter()), SnapshotRecords.unboxed(record.getW()));
  }
}
