package io.otflow.engine.simd;

import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.Rows;
import io.otflow.flow.Flow;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;

/**
 * Scores tiles of events in float. Rows go through the front in double before they become float,
 * and the last sum is taken in double. Against the oracle: within 1e-4 + 1e-5·|log p| on models of
 * the usual sizes, the rounding of some 10⁵ float operations on numbers near 1.
 */
public final class SimdEngine implements LikelihoodEngine {

  private static final int T = Lanes.TILE;

  /** Events that are faster one by one than as a tile of their own. */
  private static final int FEW = T / 2;

  private final Integration integration;
  private final AdaptiveIntegrator.Results results = this::set;
  private Kernels tile;
  private Kernels single;
  private Front front;
  private double[] seen;
  private int d;
  private double[] logLikelihoodOut;
  private double[] errorOut;

  /**
   * What scores as many events as a network takes at once.
   *
   * @param network has the weights
   * @param fixed scores by a fixed rule; null for the adaptive one
   * @param adaptive null for a fixed rule
   * @param x d rows
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Kernels(
      Network network, FixedIntegrator fixed, AdaptiveIntegrator adaptive, float[] x) {

    static Kernels of(Network network, ModelSnapshot model, Integration integration) {
      network.load(model.parameters().toFloats());
      int steps = integration.stepsFor(model.steps());
      FixedIntegrator fixed = null;
      AdaptiveIntegrator adaptive = null;
      switch (integration.integrator()) {
        case RK4 -> fixed = FixedIntegrator.rk4(network, steps);
        case QUADRATURE -> fixed = FixedIntegrator.quadrature(network, steps, integration.nodes());
        case ADAPTIVE -> adaptive = new AdaptiveIntegrator(network, steps, integration.tolerance());
      }
      return new Kernels(network, fixed, adaptive, network.rows(model.d()));
    }
  }

  /**
   * An engine without a model.
   *
   * @param integration the discretization
   */
  public SimdEngine(Integration integration) {
    this.integration = integration;
  }

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public void load(ModelSnapshot model) {
    d = model.d();
    tile =
        Kernels.of(
            new TileNetwork(model.architecture(), Network.Purpose.SCORING), model, integration);
    single = Kernels.of(new EventNetwork(model.architecture()), model, integration);
    front = model.front();
    seen = new double[d];
  }

  @Override
  public void score(double[] rowMajor, int rows, double[] logLikelihood, double[] errorEstimate) {
    if (tile == null) {
      throw new IllegalStateException("no model was loaded");
    }
    Rows.check(rowMajor, rows, d, logLikelihood, errorEstimate);
    logLikelihoodOut = logLikelihood;
    errorOut = errorEstimate;
    int row = 0;
    for (; rows - row > FEW; row += T) {
      run(tile, rowMajor, row, Math.min(T, rows - row));
    }
    for (; row < rows; row++) {
      run(single, rowMajor, row, 1);
    }
    if (tile.adaptive() != null) {
      tile.adaptive().flush(single.adaptive(), FEW, results);
    }
    logLikelihoodOut = null;
    errorOut = null;
  }

  private void run(Kernels kernels, double[] rowMajor, int from, int events) {
    fill(kernels, rowMajor, from, events);
    if (kernels.adaptive() != null) {
      kernels.adaptive().run(kernels.x(), from, events, results);
    } else {
      runFixed(kernels, from, events);
    }
  }

  /**
   * Sends rows through the front into x, and its log-determinants to where the results go; lanes
   * past the last row repeat it.
   */
  private void fill(Kernels kernels, double[] rowMajor, int from, int events) {
    int width = kernels.network().width();
    for (int e = 0; e < width; e++) {
      if (e < events) {
        logLikelihoodOut[from + e] = front.apply(rowMajor, (from + e) * d, seen, 0);
      }
      for (int k = 0; k < d; k++) {
        kernels.x()[k * width + e] = (float) seen[k];
      }
    }
  }

  private void runFixed(Kernels kernels, int from, int events) {
    kernels.fixed().run(kernels.x());
    for (int e = 0; e < events; e++) {
      double square = kernels.network().squaredNorm(kernels.x(), 0, e);
      set(from + e, square, kernels.fixed().logDet()[e], Double.NaN);
    }
  }

  /** −½‖z(1)‖² − (d/2) log 2π + ℓ(1), and the front's log-determinant, in double. */
  private void set(int row, double squaredNorm, double logDet, double errorEstimate) {
    logLikelihoodOut[row] =
        Rows.finiteOrImpossible(Flow.logLikelihood(squaredNorm, d, logDet) + logLikelihoodOut[row]);
    if (errorOut != null) {
      errorOut[row] = errorEstimate;
    }
  }

  @Override
  public void close() {
    tile = null;
    single = null;
  }
}
