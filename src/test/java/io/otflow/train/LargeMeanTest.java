package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.detect.Detector;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.engine.simd.SimdEngine;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A feature of a small spread on a large mean: what is far off is flagged, what is not is not. */
class LargeMeanTest {

  private static final int ROWS = 2000;

  @ParameterizedTest
  @CsvSource({"103.8, 1e-3", "103.8, 1e-6", "-2e12, 1e-9", "1e15, 1e-3", "1e15, 1e-9"})
  void tenDeviationsOffAreFlagged(double mean, double relativeSpread) throws Exception {
    double spread = Math.abs(mean) * relativeSpread;
    Random random = new Random(3);
    double[] x = new double[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[2 * i] = mean + spread * random.nextGaussian();
      x[2 * i + 1] = random.nextGaussian();
    }
    ModelSnapshot model = fit(x);
    Detector detector = new Detector(model);
    double[] rows = {
      mean,
      0,
      mean + spread,
      0.5,
      mean - spread,
      -0.5,
      mean + 10 * spread,
      0,
      mean - 10 * spread,
      0,
      mean + 100 * spread,
      0,
      mean - 100 * spread,
      0
    };
    for (LikelihoodEngine engine :
        List.of(
            new ReferenceEngine(Integration.adaptive(0, 0.01)),
            new SimdEngine(Integration.adaptive(0, 0.01)))) {
      double[] logLikelihood = new double[7];
      try (engine) {
        engine.load(model);
        engine.score(rows, 7, logLikelihood, null);
      }
      for (int i = 0; i < 7; i++) {
        assertThat(detector.anomaly(logLikelihood[i]))
            .as("row %d of %s: %s", i, engine, logLikelihood[i])
            .isEqualTo(i > 2);
      }
    }
  }

  private static ModelSnapshot fit(double[] x) throws TrainingException {
    TrainingConfig d = TrainingConfig.DEFAULTS;
    TrainingConfig config =
        new TrainingConfig(
            8,
            2,
            4,
            d.traceNodes(),
            d.alphaL(),
            d.alphaC(),
            d.alphaR(),
            150,
            256,
            d.learningRate(),
            d.clipNorm(),
            0,
            0,
            d.heldOutFraction(),
            0.4,
            d.evaluateEvery(),
            d.patience(),
            Integer.MAX_VALUE,
            0.01,
            1,
            1);
    TrainingData data =
        new TrainingData(
            x,
            ROWS,
            List.of("far", "near"),
            Origin.FIT,
            OptionalLong.empty(),
            OptionalLong.empty(),
            ROWS,
            0,
            "");
    return new ModelFitter(config).fit(data, Optional.empty(), 1, p -> true);
  }
}
