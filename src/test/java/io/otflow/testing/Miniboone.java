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
 * 18 and 64 steps, where they are at hand.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Miniboone(Parameters parameters, double[] x, double[][] published) {

  private static final Path FOLDER = Golden.data().resolve("miniboone");

  public static boolean present() {
    return Files.isDirectory(FOLDER);
  }

  public static Miniboone read() throws IOException {
    return new Miniboone(
        Golden.weights(FOLDER.resolve("otflow_pretrained.safetensors")),
        Arrays.stream(csv(FOLDER.resolve("rows_dev.csv")))
            .flatMapToDouble(Arrays::stream)
            .toArray(),
        csv(FOLDER.resolve("negloglik_dev.csv")));
  }

  private static double[][] csv(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.stream()
        .skip(1)
        .map(l -> Arrays.stream(l.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }

  public int rows() {
    return published.length;
  }

  public ModelSnapshot model() {
    return RandomModels.snapshot(
        parameters, FeatureScaling.identity(parameters.architecture().d()), 10);
  }
}
