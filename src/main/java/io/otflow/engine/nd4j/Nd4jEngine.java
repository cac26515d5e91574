package io.otflow.engine.nd4j;

import io.otflow.engine.EngineUnavailableException;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.Precision;
import io.otflow.engine.Rows;
import io.otflow.flow.Flow;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores chunks of events by operations on whole arrays, on whichever backend ND4J finds. Rows are
 * mapped by the front in double, and the last sum is taken in double. Against the oracle, on models
 * of the usual sizes: within 1e-9·(1 + |log p|) in double and 1e-4·(1 + |log p|) in single. The
 * values of a row's neighbours do not matter; its place in a chunk and the chunk's size may, by as
 * much as the library of matrix products rounds differently at the edges of a matrix.
 *
 * <p>Memory does not grow with the rows: a chunk has at most 4096, and as few as keep m·min(d,
 * m)·chunk, the size of each of the two or three arrays of Jacobians, under 2²⁰ numbers, but at
 * least one. Its size is the power of two that holds what is left, at least 8 where memory allows;
 * copies of the last row fill it up. The arrays of each size that was needed are kept, in native
 * memory, until {@link #load} or {@link #close} frees them.
 */
public final class Nd4jEngine implements LikelihoodEngine {

  private static final String NAME = "nd4j";
  private static final Logger LOG = LoggerFactory.getLogger(Nd4jEngine.class);

  private final Integration integration;
  private final Precision precision;
  private final String backend;
  private Front front;
  private Nd4jChunks chunks;

  /**
   * An engine without a model.
   *
   * @param integration the discretization
   * @param precision the arithmetic
   * @throws IllegalArgumentException if it has no such integrator; the message says what works
   * @throws EngineUnavailableException if ND4J or a backend that works is not on the class path;
   *     the message says what to do
   */
  public Nd4jEngine(Integration integration, Precision precision) {
    Engines.requireIntegrator(NAME, integration.integrator());
    if (precision.onTensorCores()) {
      throw new IllegalArgumentException(
          "engine 'nd4j' does not use tensor cores: use --precision single or double");
    }
    this.integration = integration;
    this.precision = precision;
    backend = findBackend();
    LOG.info("Engine 'nd4j' runs on {} in {} precision.", backend, precision);
  }

  /** Whatever keeps ND4J from starting ends here, among it that its classes are missing. */
  private static String findBackend() {
    try {
      return Nd4jBackend.describe();
    } catch (LinkageError | RuntimeException e) {
      LOG.debug("ND4J does not start", e);
      throw new EngineUnavailableException(
          "engine 'nd4j' needs the jars of ND4J and of a backend that works on this machine, and"
              + " finds none: gather them with mvn -Pnd4j-cpu package (or -Pnd4j-cuda) in"
              + " target/nd4j-cpu (or target/nd4j-cuda), where bin/otflow looks for them, and copy"
              + " them into lib/ of Flink (docs/nd4j.md)");
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return NAME + " on " + backend;
  }

  /**
   * What ND4J runs on.
   *
   * @return the backend's class, its devices, its library of matrix products and threads of that
   */
  public String backend() {
    return backend;
  }

  @Override
  public void load(ModelSnapshot model) {
    close();
    front = model.front();
    chunks = new Nd4jChunks(model, integration, precision);
  }

  @Override
  public void score(double[] x, int rows, double[] logLikelihood, double[] errorEstimate) {
    if (chunks == null) {
      throw new IllegalStateException("no model was loaded");
    }
    Rows.check(x, rows, front.d(), logLikelihood, errorEstimate);
    int events;
    for (int row = 0; row < rows; row += events) {
      events = Math.min(rows - row, chunks.largest());
      score(x, row, events, logLikelihood);
    }
    if (errorEstimate != null) {
      Arrays.fill(errorEstimate, 0, rows, Double.NaN);
    }
  }

  private void score(double[] x, int from, int events, double[] logLikelihood) {
    int d = front.d();
    int size = chunks.sizeFor(events);
    double[] y = new double[size * d];
    for (int e = 0; e < size; e++) {
      if (e < events) {
        logLikelihood[from + e] = front.apply(x, (from + e) * d, y, e * d);
      } else {
        System.arraycopy(y, (e - 1) * d, y, e * d, d);
      }
    }
    Nd4jIntegrator integrator = chunks.integrator(size);
    integrator.run(y);
    double[] z = integrator.z();
    double[] logDet = integrator.logDet();
    for (int e = 0; e < events; e++) {
      double square = 0;
      for (int p = e * d; p < (e + 1) * d; p++) {
        square += z[p] * z[p];
      }
      logLikelihood[from + e] =
          Rows.finiteOrImpossible(
              Flow.logLikelihood(square, d, logDet[e]) + logLikelihood[from + e]);
    }
  }

  @Override
  public void close() {
    if (chunks != null) {
      chunks.close();
      chunks = null;
    }
  }
}
