package io.otflow.codec;

import io.otflow.avro.CalibrationRecord;
import io.otflow.detect.Calibrator;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.datasketches.kll.KllDoublesSketch;

/** Random models for tests. */
public final class Samples {

  private Samples() {}

  /** A random model of the shape, calibrated or not. */
  public static ModelSnapshot model(Architecture a, boolean calibrated, long seed) {
    Random random = new Random(seed);
    float[] values = new float[a.layout().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.1f * (float) random.nextGaussian();
    }
    double[] mean = random.doubles(a.d(), -5, 5).toArray();
    double[] scale = random.doubles(a.d(), 0.1, 5).toArray();
    List<String> names = IntStream.range(0, a.d()).mapToObj(k -> "feature " + k).toList();
    double[] likelihoods = random.doubles(500, -20, -1).toArray();
    return new ModelSnapshot(
        3,
        names,
        new Parameters(a, values),
        new FeatureScaling(mean, scale),
        7,
        calibrated ? Optional.of(Calibrator.calibrate(likelihoods, a.d(), 0.01)) : Optional.empty(),
        new Provenance(
            Provenance.Origin.WINDOW,
            1_700_000_000_000L,
            OptionalLong.of(2),
            OptionalLong.of(-5),
            OptionalLong.empty(),
            1000,
            700,
            100,
            250,
            12.5,
            Double.NaN,
            42,
            "a note with ü",
            calibrated ? Optional.of(new Provenance.Comparison(90, -3.5, -3.75)) : Optional.empty(),
            calibrated ? OptionalDouble.of(0.03) : OptionalDouble.empty(),
            calibrated ? OptionalDouble.of(4.5) : OptionalDouble.empty()));
  }

  /** The sketch of log-likelihoods that snapshots of formats 1 and 2 have. */
  static byte[] sketch(double... logLikelihood) {
    KllDoublesSketch sketch = KllDoublesSketch.newHeapInstance(1000);
    for (double value : logLikelihood) {
      sketch.update(value);
    }
    return sketch.toByteArray();
  }

  /** The calibration as formats 1 and 2 had it. */
  static void makeEarlier(CalibrationRecord calibration, byte[] sketch) {
    calibration.setQuantileSketch(ByteBuffer.wrap(sketch));
    calibration.setOrdinaryRows(0);
    calibration.setQuantileValues(List.of());
    calibration.setQuantileRanks(List.of());
    calibration.setTail(null);
  }
}
