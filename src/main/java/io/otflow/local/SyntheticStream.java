package io.otflow.local;

import io.otflow.avro.FeatureVector;
import io.otflow.codec.SingleObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A stream of 8 correlated features around a curved surface of 3 dimensions, which moves and turns
 * there and back. About one event in a hundred is an anomaly: each of its features is an ordinary
 * value, but of a different event, so that only the joint density gives it away. Every event
 * depends on its number and the seed alone. Thread-safe.
 */
public final class SyntheticStream {

  /** Features of an event. */
  public static final int FEATURES = 8;

  /** Share of anomalies. */
  public static final double ANOMALY_RATE = 0.01;

  private static final int LATENT = 3;
  private static final double NOISE = 0.2;
  private static final double BEND = 0.7;

  private final long driftEvery;
  private final long seed;
  private final Regime before;
  private final Regime after;

  /** Where the surface lies: shift and scale a feature, and two maps of the latent variables. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Regime(double[] shift, double[] scale, double[][] linear, double[][] curved) {

    static Regime draw(SplittableRandom random) {
      double[] shift = new double[FEATURES];
      double[] scale = new double[FEATURES];
      double[][] linear = new double[FEATURES][LATENT];
      double[][] curved = new double[FEATURES][LATENT];
      for (int k = 0; k < FEATURES; k++) {
        shift[k] = 3 * random.nextGaussian();
        scale[k] = 0.5 + 2 * random.nextDouble();
        for (int j = 0; j < LATENT; j++) {
          linear[k][j] = random.nextGaussian() / Math.sqrt(LATENT);
          curved[k][j] = random.nextGaussian();
        }
      }
      return new Regime(shift, scale, linear, curved);
    }

    double feature(int k, double[] latent, double noise) {
      double straight = 0;
      double bent = 0;
      for (int j = 0; j < LATENT; j++) {
        straight += linear[k][j] * latent[j];
        bent += curved[k][j] * latent[j];
      }
      return shift[k] + scale[k] * (straight + BEND * Math.tanh(bent) + NOISE * noise);
    }
  }

  /**
   * A stream.
   *
   * @param driftEvery after how many events it drifts, there and back; at least 1
   * @param seed seed of everything in it
   */
  public SyntheticStream(long driftEvery, long seed) {
    this.driftEvery = driftEvery;
    this.seed = seed;
    SplittableRandom random = new SplittableRandom(seed);
    before = Regime.draw(random);
    after = Regime.draw(random);
  }

  /**
   * A stream that drifts once, half-way.
   *
   * @param events its length, at least 2
   * @param seed seed of everything in it
   * @return the stream
   */
  public static SyntheticStream of(int events, long seed) {
    return new SyntheticStream((events + 1L) / 2, seed);
  }

  /**
   * The first event after the first drift.
   *
   * @return its number
   */
  public long driftsAt() {
    return driftEvery;
  }

  /**
   * The label of an event.
   *
   * @param event its number, from 0
   * @return whether it is an anomaly
   */
  public boolean anomaly(long event) {
    return random(event).nextDouble() < ANOMALY_RATE;
  }

  /**
   * The features of an event.
   *
   * @param event its number, from 0
   * @return 8 features
   */
  public double[] features(long event) {
    SplittableRandom random = random(event);
    boolean anomaly = random.nextDouble() < ANOMALY_RATE;
    Regime regime = event / driftEvery % 2 == 0 ? before : after;
    double[] latent = new double[LATENT];
    double[] features = new double[FEATURES];
    for (int k = 0; k < FEATURES; k++) {
      if (k == 0 || anomaly) {
        for (int j = 0; j < LATENT; j++) {
          latent[j] = random.nextGaussian();
        }
      }
      features[k] = (float) regime.feature(k, latent, random.nextGaussian());
    }
    return features;
  }

  /**
   * An event as producers write it to the features topic.
   *
   * @param event its number, from 0
   * @param id its id
   * @param timeMillis its time, milliseconds since 1970
   * @return a feature vector in Avro's single-object encoding
   */
  public byte[] record(long event, String id, long timeMillis) {
    List<Double> features = new ArrayList<>(FEATURES);
    for (double feature : features(event)) {
      features.add(feature);
    }
    return SingleObject.encode(
        new FeatureVector(id, null, Instant.ofEpochMilli(timeMillis), features));
  }

  private SplittableRandom random(long event) {
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + event).split();
  }
}
