package io.otflow.evaluate;

import io.otflow.model.FeatureScaling;
import java.util.Arrays;
import java.util.List;

/**
 * What a model is compared with: a random cut forest and a robust Gaussian, fitted to the same rows
 * without their labels. Fitting costs seconds; a score some 100 µs, nearly all of it the forest's.
 * Not thread-safe.
 */
public final class Peers {

  /** Scaled features are kept within this, where their squares are numbers. */
  private static final double FARTHEST = 1e30;

  private final FeatureScaling scaling;
  private final List<Peer> peers;
  private final double[] scaled;

  /**
   * Fits the peers.
   *
   * @param rows the rows, at least one
   * @param seed seed of everything random in it
   * @throws IllegalArgumentException if there is no row
   */
  public Peers(PeerRows rows, long seed) {
    if (rows.rows() == 0) {
      throw new IllegalArgumentException("peers have no rows to learn from, expected one at least");
    }
    int d = rows.d();
    scaling = rows.scaling();
    scaled = new double[d];
    double[] x = rows.x();
    scale(x, rows.rows(), x);
    peers =
        List.of(
            new CutForest(x, rows.rows(), d, seed), new RobustGaussian(x, rows.rows(), d, seed));
  }

  /**
   * What they are called.
   *
   * @return their names, in order
   */
  public List<String> names() {
    return peers.stream().map(Peer::name).toList();
  }

  /**
   * The anomaly scores of a row.
   *
   * @param x d finite features in the user's units; not changed
   * @return one a peer, higher for more anomalous; never NaN
   */
  public double[] scores(double[] x) {
    scale(x, 1, scaled);
    return peers.stream().mapToDouble(peer -> peer.score(scaled)).toArray();
  }

  private void scale(double[] x, int rows, double[] y) {
    scaling.apply(x, rows, y);
    Arrays.setAll(y, i -> Math.max(-FARTHEST, Math.min(FARTHEST, y[i])));
  }
}
