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
import java.util.List;
import org.junit.jupiter.api.Test;

/** The vector engine on the published pretrained model, against the published program in double. */
class MinibooneTest {

  private static double[][] csv(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.stream()
        .skip(1)
        .map(
            l ->
                java.util.Arrays.stream(l.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray())
        .toArray(double[][]::new);
  }

  @Test
  void agreesWithThePublishedProgram() throws IOException {
    Path folder = Golden.data().resolve("miniboone");
    assumeTrue(Files.isDirectory(folder), "the pretrained model is not beside the project");
    Parameters parameters = Golden.weights(folder.resolve("otflow_pretrained.safetensors"));
    double[][] rows = csv(folder.resolve("rows_dev.csv"));
    double[][] expected = csv(folder.resolve("negloglik_dev.csv"));
    int d = parameters.architecture().d();
    double[] x = new double[rows.length * d];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, x, i * d, d);
    }
    double[] actual = new double[rows.length];
    try (LikelihoodEngine engine = Engines.create("simd", Integration.rk4(10))) {
      engine.load(RandomModels.snapshot(parameters, FeatureScaling.identity(d), 10));
      engine.score(x, rows.length, actual);
      for (int repeat = 0; repeat < Integer.getInteger("otflow.probe", 0); repeat++) {
        long start = System.nanoTime();
        engine.score(x, rows.length, actual);
        System.out.printf("%.0f events/s%n", rows.length / ((System.nanoTime() - start) * 1e-9));
      }
    }
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < rows.length; i++) {
      double error = Math.abs(-actual[i] - expected[i][0]);
      sum += error;
      largest = Math.max(largest, error);
    }
    assertThat(sum / rows.length).as("mean error").isLessThanOrEqualTo(2e-5);
    assertThat(largest).as("largest error").isLessThanOrEqualTo(3e-4);
  }
}
