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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Random models with numbers that the published PyTorch program computed in double. One is among
 * the test resources; the others where they are at hand.
 */
public record Golden(String name, JsonNode numbers, Parameters parameters, Path weightFile) {

  private static final Path DATA = Path.of("..", "shared", "data");
  private static final Path RESOURCES =
      Path.of("src", "test", "resources", "io", "otflow", "testing", "golden");

  /** The data folder; may be absent. */
  public static Path data() {
    return DATA;
  }

  /** All of them. */
  public static List<Golden> all() {
    List<Path> folders =
        Stream.of(RESOURCES, DATA.resolve("golden")).filter(Files::isDirectory).toList();
    Map<String, Golden> byName = new TreeMap<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(f -> f.toString().endsWith(".json"))
            .map(Golden::load)
            .forEach(golden -> byName.put(golden.name(), golden));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return List.copyOf(byName.values());
  }

  private static Golden load(Path file) {
    String name = file.getFileName().toString().replace(".json", "");
    Path weights = file.resolveSibling(name + ".safetensors");
    try {
      return new Golden(
          name, new ObjectMapper().readTree(file.toFile()), weights(weights), weights);
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
