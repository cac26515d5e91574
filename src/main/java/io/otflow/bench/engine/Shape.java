package io.otflow.bench.engine;

import io.otflow.model.Architecture;

/**
 * The size of a model, which decides what an event costs.
 *
 * @param m width
 * @param d features
 * @param layers layers of the network
 * @param steps Runge-Kutta steps
 */
public record Shape(int m, int d, int layers, int steps) {

  /**
   * The potential's shape.
   *
   * @return with the usual rank
   */
  Architecture architecture() {
    return Architecture.of(d, m, layers);
  }

  /** Operations of one ∇Φ of one event: 4m² a hidden layer and 4m(d+1) for the first. */
  double gradientOperations() {
    return 4.0 * m * m * (layers - 1) + 4.0 * m * (d + 1);
  }

  /** Operations that the exact trace adds: 2m²d a hidden layer. */
  double traceOperations() {
    return 2.0 * m * m * d * (layers - 1);
  }
}
