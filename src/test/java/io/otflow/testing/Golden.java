package io.otflow.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import io.otflow.model.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Models with numbers that the published PyTorch program computed in double, where they are at
 * hand.
 */
public record Golden(String name, JsonNode numbers, Parameters parameters) {

  private static final Path DATA = Path.of("..", "shared", "data");

  /** The data folder; may be absent. */
  public static Path data() {
    return DATA;
  }

  public static boolean present() {
    return Files.isDirectory(DATA.resolve("golden"));
  }

  /** All of them; none where they are not at hand. */
  public static List<Golden> atHand() {
    return present() ? all() : List.of();
  }

  public static List<Golden> all() {
    try (Stream<Path> files = Files.list(DATA.resolve("golden"))) {
      return files
          .filter(f -> f.toString().endsWith(".json"))
          .sorted()
          .map(f -> load(f.getFileName().toString().replace(".json", "")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Golden load(String name) {
    try {
      JsonNode numbers =
          new ObjectMapper().readTree(DATA.resolve("golden").resolve(name + ".json").toFile());
      return new Golden(
          name, numbers, weights(DATA.resolve("golden").resolve(name + ".safetensors")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads weights with nothing of the project's own reader. */
  public static Parameters weights(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) bytes.getLong(0);
    JsonNode tensors =
        new ObjectMapper().readTree(new String(bytes.array(), 8, header, StandardCharsets.UTF_8));
    int d = tensors.get("c.weight").get("shape").get(1).asInt() - 1;
    int m = tensors.get("w.weight").get("shape").get(1).asInt();
    int rank = tensors.get("A").get("shape").get(0).asInt();
    int layers = 0;
    while (tensors.has("N.layers." + layers + ".weight")) {
      layers++;
    }
    Architecture architecture = new Architecture(d, m, layers, rank);
    ParameterLayout layout = architecture.layout();
    float[] theta = new float[layout.size()];
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      int from = 8 + header + tensors.get(tensor.name()).get("data_offsets").get(0).asInt();
      for (int i = 0; i < tensor.size(); i++) {
        theta[tensor.offset() + i] = bytes.getFloat(from + 4 * i);
      }
    }
    return new Parameters(architecture, theta);
  }

  public Architecture architecture() {
    return parameters.architecture();
  }

  /** Rows x, each of length d. */
  public double[][] rows() {
    return matrix(numbers.get("x"));
  }

  public static double[] vector(JsonNode node) {
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).asDouble();
    }
    return values;
  }

  public static double[][] matrix(JsonNode node) {
    double[][] rows = new double[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = vector(node.get(i));
    }
    return rows;
  }

  @Override
  public String toString() {
    return name;
  }
}
