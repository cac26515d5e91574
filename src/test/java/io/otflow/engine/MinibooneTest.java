package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.otflow.model.FeatureScaling;
import io.otflow.model.Parameters;
import io.otflow.testing.Golden;
import io.otflow.testing.RandomModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vector engine on the published pretrained model, against the published program in double. */
class MinibooneTest {

  private static double[][] csv(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.stream()
        .skip(1)
        .map(l -> Arrays.stream(l.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }

  private double[] x;
  private double[][] published;
  private Parameters parameters;

  @BeforeEach
  void read() throws IOException {
    Path folder = Golden.data().resolve("miniboone");
    assumeTrue(Files.isDirectory(folder), "the pretrained model is not beside the project");
    parameters = Golden.weights(folder.resolve("otflow_pretrained.safetensors"));
    x =
        Arrays.stream(csv(folder.resolve("rows_dev.csv")))
            .flatMapToDouble(Arrays::stream)
            .toArray();
    published = csv(folder.resolve("negloglik_dev.csv"));
  }

  private double[] score(Integration integration, double[] errorEstimate) {
    double[] logLikelihood = new double[published.length];
    try (LikelihoodEngine engine = Engines.create("simd", integration)) {
      int d = parameters.architecture().d();
      engine.load(RandomModels.snapshot(parameters, FeatureScaling.identity(d), 10));
      engine.score(x, published.length, logLikelihood, errorEstimate);
    }
    return logLikelihood;
  }

  @Test
  void agreesWithThePublishedProgram() {
    double[] actual = score(Integration.rk4(10), null);
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(-actual[i] - published[i][0]);
      sum += error;
      largest = Math.max(largest, error);
    }
    assertThat(sum / actual.length).as("mean error").isLessThanOrEqualTo(2e-5);
    assertThat(largest).as("largest error").isLessThanOrEqualTo(3e-4);
  }

  @Test
  void adaptiveKeepsItsToleranceAndItsEstimateHolds() {
    double tolerance = 1e-2;
    double[] estimate = new double[published.length];
    double[] actual = score(Integration.adaptive(10, tolerance), estimate);
    double sum = 0;
    int over = 0;
    int underestimated = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(-actual[i] - published[i][2]);
      sum += error;
      over += error <= tolerance ? 0 : 1;
      underestimated += error <= estimate[i] ? 0 : 1;
    }
    assertThat(sum / actual.length).as("mean error").isLessThanOrEqualTo(3e-3);
    assertThat(over).as("events over the tolerance").isLessThanOrEqualTo(actual.length / 100);
    assertThat(underestimated).as("estimates under").isLessThanOrEqualTo(actual.length / 100);
  }
}
