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
    double[] none = new double[data.rows()];
    Miniboone.Errors errors = data.errors(score(Integration.rk4(10), null), 0, 0, none);
    assertThat(errors.mean()).as("mean error").isLessThanOrEqualTo(2e-5);
    assertThat(errors.largest()).as("largest error").isLessThanOrEqualTo(3e-4);
  }

  @Test
  void adaptiveKeepsItsToleranceAndItsEstimateHolds() {
    double tolerance = 1e-2;
    double[] estimate = new double[data.rows()];
    double[] actual = score(Integration.adaptive(10, tolerance), estimate);
    Miniboone.Errors errors = data.errors(actual, 2, tolerance, estimate);
    assertThat(errors.mean()).as("mean error").isLessThanOrEqualTo(3e-3);
    assertThat(errors.overTolerance())
        .as("events over the tolerance")
        .isLessThanOrEqualTo(data.rows() / 100);
    assertThat(errors.overEstimate()).as("estimates under").isLessThanOrEqualTo(data.rows() / 100);
  }
}
