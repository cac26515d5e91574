package io.otflow.evaluate;

import io.otflow.model.FeatureScaling;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The rows that peers are fitted to: a uniform sample of at most {@value #MOST} of those that were
 * added (Vitter's algorithm R). Not thread-safe.
 */
public final class PeerRows {

  /** Most rows that are kept. */
  public static final int MOST = 10_000;

  private final int d;
  private final SplittableRandom random;
  private double[] x;
  private long added;

  /**
   * A sample without rows.
   *
   * @param d number of features
   * @param seed seed of the sample
   */
  public PeerRows(int d, long seed) {
    this.d = d;
    random = new SplittableRandom(seed);
    x = new double[64 * d];
  }

  /**
   * Adds a row, or passes it over.
   *
   * @param row d finite features; copied
   */
  public void add(double[] row) {
    added++;
    long place = added <= MOST ? added - 1 : random.nextLong(added);
    if (place < MOST) {
      int offset = (int) place * d;
      if (offset == x.length) {
        x = Arrays.copyOf(x, 2 * x.length);
      }
      System.arraycopy(row, 0, x, offset, d);
    }
  }

  /**
   * How many rows it has.
   *
   * @return at most {@value #MOST}
   */
  public int rows() {
    return (int) Math.min(added, MOST);
  }

  int d() {
    return d;
  }

  /** Rows × d, row-major, in the user's units; a copy. */
  double[] x() {
    return Arrays.copyOf(x, rows() * d);
  }

  /** Mean and standard deviation of each feature; of a constant one, the scale of a constant. */
  FeatureScaling scaling() {
    double[] mean = new double[d];
    double[] scale = new double[d];
    for (int k = 0; k < d; k++) {
      // In units of the largest value, so that no square overflows.
      double unit = 0;
      for (int i = 0; i < rows(); i++) {
        unit = Math.max(unit, Math.abs(x[i * d + k]));
      }
      unit = unit == 0 ? 1 : unit;
      double sum = 0;
      for (int i = 0; i < rows(); i++) {
        sum += x[i * d + k] / unit / rows();
      }
      double squares = 0;
      for (int i = 0; i < rows(); i++) {
        double difference = x[i * d + k] / unit - sum;
        squares += difference * difference / rows();
      }
      mean[k] = unit * sum;
      double deviation = unit * Math.sqrt(squares);
      boolean constant = !(deviation > Math.ulp(mean[k]));
      scale[k] = constant ? FeatureScaling.scaleOfConstant(mean[k]) : deviation;
    }
    return new FeatureScaling(mean, scale);
  }
}
