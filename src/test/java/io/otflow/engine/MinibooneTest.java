package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.testing.Miniboone;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vector engine on the published pretrained model, against the published program in double. */
class MinibooneTest {

  private Miniboone data;

  @BeforeEach
  void read() throws IOException {
    data = Miniboone.read();
  }

  private double[] score(Integration integration, double[] errorEstimate) {
    return score(integration, data.x(), data.rows(), errorEstimate);
  }

  private double[] score(Integration integration, double[] x, int rows, double[] errorEstimate) {
    double[] logLikelihood = new double[rows];
    try (LikelihoodEngine engine = Engines.create("simd", integration)) {
      engine.load(data.model());
      engine.score(x, rows, logLikelihood, errorEstimate);
    }
    return logLikelihood;
  }

  /** Between two rows, or further out than one: away from what constants were chosen on. */
  private double[] otherRows(int rows, long seed) {
    int d = data.model().d();
    double[] x = data.x();
    Random random = new Random(seed);
    double[] others = new double[rows * d];
    for (int i = 0; i < rows; i++) {
      int one = random.nextInt(data.rows());
      int other = random.nextInt(data.rows());
      double share = random.nextDouble();
      for (int k = 0; k < d; k++) {
        double mixed = share * x[one * d + k] + (1 - share) * x[other * d + k];
        others[i * d + k] = i % 2 == 0 ? mixed : (1.1 + 0.6 * share) * x[one * d + k];
      }
    }
    return others;
  }

  /** Against another discretization, of 64 steps of RK4 and 48 Gauss-Legendre nodes. */
  @Test
  void theEstimateHoldsForNinetyNineOfAHundredOtherRows() {
    int rows = 1_000;
    double[] x = otherRows(rows, 5);
    double tolerance = 1e-2;
    double[] estimate = new double[rows];
    double[] actual = score(Integration.adaptive(10, tolerance), x, rows, estimate);
    double[] exact = score(Integration.quadrature(64, 48), x, rows, null);
    int overEstimate = 0;
    int overTolerance = 0;
    for (int i = 0; i < rows; i++) {
      double error = Math.abs(actual[i] - exact[i]);
      overEstimate += error <= estimate[i] ? 0 : 1;
      overTolerance += error <= tolerance ? 0 : 1;
    }
    assertThat(overEstimate).as("estimates under").isLessThanOrEqualTo(rows / 100);
    assertThat(overTolerance).as("events over the tolerance").isLessThanOrEqualTo(rows / 500);
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
