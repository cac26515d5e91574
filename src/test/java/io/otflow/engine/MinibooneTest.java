package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.otflow.testing.Miniboone;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vector engine on the published pretrained model, against the published program in double. */
class MinibooneTest {

  private Miniboone data;

  @BeforeEach
  void read() throws IOException {
    assumeTrue(Miniboone.present(), "the pretrained model is not beside the project");
    data = Miniboone.read();
  }

  private double[] score(Integration integration, double[] errorEstimate) {
    double[] logLikelihood = new double[data.rows()];
    try (LikelihoodEngine engine = Engines.create("simd", integration)) {
      engine.load(data.model());
      engine.score(data.x(), data.rows(), logLikelihood, errorEstimate);
    }
    return logLikelihood;
  }

  @Test
  void agreesWithThePublishedProgram() {
    double[] actual = score(Integration.rk4(10), null);
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(-actual[i] - data.published()[i][0]);
      sum += error;
      largest = Math.max(largest, error);
    }
    assertThat(sum / actual.length).as("mean error").isLessThanOrEqualTo(2e-5);
    assertThat(largest).as("largest error").isLessThanOrEqualTo(3e-4);
  }

  @Test
  void adaptiveKeepsItsToleranceAndItsEstimateHolds() {
    double tolerance = 1e-2;
    double[] estimate = new double[data.rows()];
    double[] actual = score(Integration.adaptive(10, tolerance), estimate);
    double sum = 0;
    int over = 0;
    int underestimated = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(-actual[i] - data.published()[i][2]);
      sum += error;
      over += error <= tolerance ? 0 : 1;
      underestimated += error <= estimate[i] ? 0 : 1;
    }
    assertThat(sum / actual.length).as("mean error").isLessThanOrEqualTo(3e-3);
    assertThat(over).as("events over the tolerance").isLessThanOrEqualTo(actual.length / 100);
    assertThat(underestimated).as("estimates under").isLessThanOrEqualTo(actual.length / 100);
  }
}
