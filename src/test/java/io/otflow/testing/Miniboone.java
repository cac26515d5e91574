package io.otflow.testing;

import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The published pretrained model, rows for it, and −log p of them by the published program with 10,
 * 18 and 64 steps: 16 rows are among the test resources, 500 where they are at hand.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Miniboone(Parameters parameters, double[] x, double[][] published) {

  private static final Path RESOURCES =
      Path.of("src", "test", "resources", "io", "otflow", "testing", "miniboone");

  public static Miniboone read() throws IOException {
    Path many = Golden.data().resolve("miniboone");
    Path folder = Files.isDirectory(many) ? many : RESOURCES;
    return new Miniboone(
        Golden.weights(folder.resolve("otflow_pretrained.safetensors")),
        Arrays.stream(csv(folder.resolve("rows_dev.csv")))
            .flatMapToDouble(Arrays::stream)
            .toArray(),
        csv(folder.resolve("negloglik_dev.csv")));
  }

  private static double[][] csv(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.stream()
        .skip(1)
        .map(l -> Arrays.stream(l.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }

  /**
   * Errors of log-likelihoods, nats.
   *
   * @param mean their mean
   * @param largest the largest
   * @param overTolerance how many are over a tolerance, or no number
   * @param overEstimate how many are over the estimate of their own, or no number
   */
  public record Errors(double mean, double largest, int overTolerance, int overEstimate) {}

  /** Errors against a column of what was published: 0, 1, 2 for 10, 18, 64 steps. */
  public Errors errors(
      double[] logLikelihood, int column, double tolerance, double[] errorEstimate) {
    double sum = 0;
    double largest = 0;
    int overTolerance = 0;
    int overEstimate = 0;
    for (int i = 0; i < rows(); i++) {
      double error = Math.abs(-logLikelihood[i] - published[i][column]);
      sum += error;
      largest = Math.max(largest, error);
      overTolerance += error <= tolerance ? 0 : 1;
      overEstimate += error <= errorEstimate[i] ? 0 : 1;
    }
    return new Errors(sum / rows(), largest, overTolerance, overEstimate);
  }

  public int rows() {
    return published.length;
  }

  public ModelSnapshot model() {
    return RandomModels.snapshot(
        parameters, FeatureScaling.identity(parameters.architecture().d()), 10);
  }
}
