package io.otflow.engine.nd4j;

import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.engine.Precision;
import io.otflow.math.GaussLegendre;
import io.otflow.model.ModelSnapshot;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A model's integrators, one for each size of a chunk that was needed. Sizes are powers of two, so
 * that all of them together hold at most twice what the largest does.
 */
final class Nd4jChunks implements AutoCloseable {

  /** The most numbers in an array of Jacobians, where one event has no more. */
  private static final int MAX_JACOBIANS = 1 << 20;

  private static final int MAX_SIZE = 4096;

  /** Matrices of fewer columns would take other ways through the library of matrix products. */
  private static final int MIN_SIZE = 8;

  private final Nd4jWeights weights;
  private final int steps;
  private final GaussLegendre rule;
  private final int largest;
  private final Map<Integer, Nd4jIntegrator> integrators = new TreeMap<>();

  Nd4jChunks(ModelSnapshot model, Integration integration, Precision precision) {
    weights =
        new Nd4jWeights(
            model.parameters(), precision == Precision.DOUBLE ? DataType.DOUBLE : DataType.FLOAT);
    steps = integration.stepsFor(model.steps());
    rule =
        integration.integrator() == Integrator.QUADRATURE
            ? GaussLegendre.of(integration.nodes())
            : null;
    long jacobian = (long) weights.m * weights.columns;
    int fit = (int) Math.max(1, Math.min(MAX_SIZE, MAX_JACOBIANS / jacobian));
    largest = Integer.highestOneBit(fit);
  }

  /** The most events that go together. */
  int largest() {
    return largest;
  }

  /** The size of the chunk that so many events go in, at most {@link #largest}. */
  int sizeFor(int events) {
    int least = Math.max(events, Math.min(MIN_SIZE, largest));
    return least == 1 ? 1 : 2 * Integer.highestOneBit(least - 1);
  }

  /** What integrates a chunk of that size. */
  Nd4jIntegrator integrator(int size) {
    return integrators.computeIfAbsent(size, n -> new Nd4jIntegrator(weights, n, steps, rule));
  }

  @Override
  public void close() {
    integrators.values().forEach(Nd4jIntegrator::close);
    integrators.clear();
    weights.close();
  }
}
