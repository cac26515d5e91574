package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.detect.Detector;
import io.otflow.detect.Uniformity;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Alert rates of fitted models on fresh rows, as a window of the job has them: some rows to train
 * on, and the others to calibrate.
 */
class AlertRateTest {

  private static final int D = 8;
  private static final int WINDOW = 52_048;
  private static final int FRESH = 200_000;

  /** Ordinary rows of eight features. */
  enum Stream {
    /** Three Gaussians of their own places and spreads. */
    MIXTURE {
      @Override
      void draw(Random random, double[] row) {
        int component = random.nextInt(3);
        for (int k = 0; k < D; k++) {
          row[k] = 4 * Math.sin(5 * component + k) + (1 + 0.4 * component) * random.nextGaussian();
        }
      }
    },
    /** Student's t with three degrees, in sums of two. */
    HEAVY {
      @Override
      void draw(Random random, double[] row) {
        for (int k = 0; k < D; k++) {
          double chi = 0;
          for (int i = 0; i < 3; i++) {
            double z = random.nextGaussian();
            chi += z * z / 3;
          }
          row[k] = random.nextGaussian() / Math.sqrt(chi) + (k > 0 ? 0.5 * row[k - 1] : 0);
        }
      }
    },
    /** A count and a rare flag among correlated features. */
    NEARLY_DISCRETE {
      @Override
      void draw(Random random, double[] row) {
        double common = random.nextGaussian();
        for (int k = 0; k < D; k++) {
          row[k] = common + random.nextGaussian();
        }
        row[0] = Math.rint(2 * row[0]);
        row[1] = row[1] > 1.5 ? 1 : 0;
      }
    };

    abstract void draw(Random random, double[] row);

    double[] rows(int n, long seed) {
      Random random = new Random(seed);
      double[] x = new double[n * D];
      double[] row = new double[D];
      for (int i = 0; i < n; i++) {
        draw(random, row);
        System.arraycopy(row, 0, x, i * D, D);
      }
      return x;
    }
  }

  private static TrainingConfig config(double trim, double alertRate) {
    return new TrainingConfig(
        16, 2, 4, 8, 1, 100, 15, 200, 256, 0.01, 50, trim, 0, 0.1, 0.2, 25, 12, 2048, alertRate, 1,
        2);
  }

  private static ModelSnapshot fit(double[] x, double trim, double alertRate)
      throws TrainingException {
    int rows = x.length / D;
    TrainingData data =
        new TrainingData(
            x,
            rows,
            IntStream.range(0, D).mapToObj(k -> "f" + k).toList(),
            Origin.WINDOW,
            OptionalLong.empty(),
            OptionalLong.empty(),
            rows,
            0,
            "");
    return new ModelFitter(config(trim, alertRate))
        .fit(data, Optional.empty(), 1, TrainingListener.NONE);
  }

  private static double[] scores(ModelSnapshot model, double[] x) throws InterruptedException {
    return LogLikelihoods.of(model, x, x.length / D, Pace.FULL);
  }

  private static double share(double[] logLikelihood, Detector detector, double rate) {
    return Arrays.stream(logLikelihood).filter(value -> detector.pValue(value) < rate).count()
        / (rate * logLikelihood.length);
  }

  /**
   * Bounds of four standard errors: 0.05, 0.14 and 0.4 of the logarithm, by window and fresh rows.
   */
  @ParameterizedTest
  @EnumSource(Stream.class)
  void ratesHoldOnFreshRows(Stream stream) throws Exception {
    ModelSnapshot model = fit(stream.rows(WINDOW, 1), 0, 0.001);
    assertThat(model.provenance().rowsTrained()).isEqualTo(2048 - 205);
    assertThat(model.calibration().orElseThrow().rows()).isEqualTo(WINDOW - 2048);
    assertThat(model.calibration().orElseThrow().contamination()).isZero();
    Detector detector = new Detector(model);
    double[] fresh = scores(model, stream.rows(FRESH, 2));
    assertThat(share(fresh, detector, 0.01)).as("0.01").isBetween(0.82, 1.22);
    assertThat(share(fresh, detector, 0.001)).as("0.001").isBetween(0.57, 1.75);
    assertThat(share(fresh, detector, 0.0001)).as("0.0001").isBetween(0.2, 5.0);
    double flagged = Arrays.stream(fresh).filter(detector::anomaly).count() / (0.001 * FRESH);
    assertThat(flagged).isEqualTo(share(fresh, detector, 0.001));
    double distance = Uniformity.distance(Arrays.stream(fresh).map(detector::pValue).toArray());
    assertThat(distance).as("Kolmogorov-Smirnov").isLessThan(0.012);
  }

  /** Where the anomalies are, as units of the ordinary rows' spread. */
  enum Anomalies {
    FAR,
    NEAR,
    SCATTERED;

    void draw(Random random, double[] row) {
      int cluster = random.nextInt(4);
      for (int k = 0; k < D; k++) {
        row[k] =
            switch (this) {
              case FAR -> 30 * Math.cos(k) + 0.5 * random.nextGaussian();
              case NEAR -> 8 * Math.cos(3 * cluster + k) + 0.3 * random.nextGaussian();
              case SCATTERED -> 50 * random.nextDouble() - 25;
            };
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Anomalies.class)
  void anomaliesInTheWindowChangeNoRate(Anomalies anomalies) throws Exception {
    for (double contamination : new double[] {0.03, 0.1}) {
      double[] x = Stream.MIXTURE.rows(WINDOW, 3);
      List<Integer> places = contaminate(x, anomalies, contamination, 4);
      ModelSnapshot model = fit(x, 0.1, 0.001);
      Detector detector = new Detector(model);
      double[] fresh = scores(model, Stream.MIXTURE.rows(FRESH, 5));
      String what = anomalies + " " + contamination;
      assertThat(share(fresh, detector, 0.01)).as(what + " at 0.01").isBetween(0.5, 2.0);
      assertThat(share(fresh, detector, 0.001)).as(what + " at 0.001").isBetween(0.5, 2.0);
      if (anomalies == Anomalies.FAR) {
        double[] own = scores(model, x);
        double found = places.stream().filter(i -> detector.anomaly(own[i])).count();
        assertThat(found / places.size()).as(what + ", found").isGreaterThan(0.99);
        assertThat(model.provenance().estimatedContamination().orElseThrow())
            .isBetween(0.8 * contamination, 1.2 * contamination);
      }
    }
  }

  private static List<Integer> contaminate(
      double[] x, Anomalies anomalies, double share, long seed) {
    Random random = new Random(seed);
    double[] row = new double[D];
    List<Integer> places =
        IntStream.range(0, x.length / D).filter(i -> random.nextDouble() < share).boxed().toList();
    for (int i : places) {
      anomalies.draw(random, row);
      System.arraycopy(row, 0, x, i * D, D);
    }
    return places;
  }

  /** Trimming and the calibration together: 3 % of the rows at one far place, of 3,000 in all. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aSmallWindowWithAFarCluster(int seed) throws Exception {
    double[] x = Stream.MIXTURE.rows(3000, 10 + seed);
    List<Integer> places = contaminate(x, Anomalies.FAR, 0.03, seed);
    ModelSnapshot model = fit(x, 0.1, 0.01);
    Detector detector = new Detector(model);
    double[] own = scores(model, x);
    assertThat(places).isNotEmpty().allMatch(i -> detector.anomaly(own[i]));
    double[] fresh = scores(model, Stream.MIXTURE.rows(20_000, 20 + seed));
    assertThat(share(fresh, detector, 0.01)).isBetween(0.3, 2.0);
  }

  @Test
  void whatCalibratesIsNotTrainedOn() throws Exception {
    double[] x = Stream.MIXTURE.rows(5000, 30);
    ModelSnapshot model = fit(x, 0, 0.01);
    assertThat(model.provenance().rowsTrained() + model.provenance().rowsHeldOut()).isEqualTo(2048);
    assertThat(model.calibration().orElseThrow().rows()).isEqualTo(5000 - 2048);
    ModelSnapshot few = fit(Stream.MIXTURE.rows(1000, 31), 0, 0.01);
    assertThat(few.calibration().orElseThrow().rows()).isEqualTo(200);
    assertThat(few.provenance().rowsHeldOut()).isEqualTo(100);
  }
}
