package io.otflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the stream promises. */
class SyntheticStreamTest {

  private static final int EVENTS = 20_000;
  private final SyntheticStream stream = SyntheticStream.of(EVENTS, 1);

  private double correlation(int from, int to, int a, int b, boolean anomalies) {
    double[][] rows =
        IntStream.range(from, to)
            .filter(i -> stream.anomaly(i) == anomalies)
            .mapToObj(stream::features)
            .map(f -> new double[] {f[a], f[b]})
            .toArray(double[][]::new);
    double[] mean = new double[2];
    for (double[] row : rows) {
      mean[0] += row[0] / rows.length;
      mean[1] += row[1] / rows.length;
    }
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (double[] row : rows) {
      aa += (row[0] - mean[0]) * (row[0] - mean[0]);
      bb += (row[1] - mean[1]) * (row[1] - mean[1]);
      ab += (row[0] - mean[0]) * (row[1] - mean[1]);
    }
    return ab / Math.sqrt(aa * bb);
  }

  private double strongest(int from, int to, boolean anomalies) {
    double strongest = 0;
    for (int a = 0; a < SyntheticStream.FEATURES; a++) {
      for (int b = 0; b < a; b++) {
        strongest = Math.max(strongest, Math.abs(correlation(from, to, a, b, anomalies)));
      }
    }
    return strongest;
  }

  @Test
  void anEventDependsOnItsNumberAndTheSeedAlone() {
    SyntheticStream again = SyntheticStream.of(EVENTS, 1);
    assertThat(again.features(77)).containsExactly(stream.features(77));
    assertThat(SyntheticStream.of(EVENTS, 2).features(77)).isNotEqualTo(stream.features(77));
  }

  @Test
  void aboutOneInAHundredIsAnAnomaly() {
    long anomalies = IntStream.range(0, EVENTS).filter(stream::anomaly).count();
    assertThat(anomalies / (double) EVENTS).isBetween(0.008, 0.012);
  }

  @Test
  void featuresAreCorrelatedButNotThoseOfAnomalies() {
    int drift = (int) stream.driftsAt();
    assertThat(strongest(0, drift, false)).isGreaterThan(0.6);
    assertThat(strongest(drift, EVENTS, false)).isGreaterThan(0.6);
    assertThat(strongest(0, drift, true)).isLessThan(0.4);
  }

  @Test
  void meansAndCorrelationsDrift() {
    int drift = (int) stream.driftsAt();
    double before =
        IntStream.range(0, drift).mapToDouble(i -> stream.features(i)[0]).average().orElseThrow();
    double after =
        IntStream.range(drift, EVENTS)
            .mapToDouble(i -> stream.features(i)[0])
            .average()
            .orElseThrow();
    assertThat(Math.abs(before - after)).isGreaterThan(0.5);
    double change = 0;
    for (int b = 1; b < SyntheticStream.FEATURES; b++) {
      change =
          Math.max(
              change,
              Math.abs(
                  correlation(0, drift, 0, b, false) - correlation(drift, EVENTS, 0, b, false)));
    }
    assertThat(change).isGreaterThan(0.5);
  }
}
